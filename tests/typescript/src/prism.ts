// Every operation of a document, called by its generated client, against a mock server that others made.
import { createServer } from "node:net";
import { spawn } from "node:child_process";
import { need, finish, test } from "./check.js";
import { bare, requests, schemes, type Json } from "./requests.js";

const api = (await import(need("CLIENT"))) as Record<string, unknown>;

/** Arguments by names that are spelled like those of the document. */
function argumentsOf(params: Map<string, Json>, body: Json | Blob | undefined): object {
  const value = (key: string | symbol) => (key === "body" ? body : typeof key === "string" ? params.get(bare(key)) : undefined);
  return new Proxy({}, {
    get: (_, key) => value(key),
    getOwnPropertyDescriptor: (_, key) => (value(key) === undefined ? undefined : { value: value(key), configurable: true, enumerable: true }),
  });
}

/** A port that is free now. */
async function port(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

const at = await port();
const mock = spawn(need("PRISM"), ["mock", "--host", "127.0.0.1", "--port", String(at), need("DOCUMENT")], { stdio: ["ignore", "pipe", "inherit"] });
await new Promise<void>((done, fail) => {
  mock.stdout.on("data", (text: Buffer) => text.includes("Prism is listening") && done());
  mock.once("exit", (status) => fail(new Error(`the mock server ended with ${status}`)));
});

const credentials = Object.fromEntries(schemes.map(({ name, isBasic }): [string, unknown] => [name, isBasic ? { username: "user", password: "password" } : "token"]));
const connect = api["createClient"] as (options: object) => object;
const client = connect({ baseUrl: `http://127.0.0.1:${at}`, credentials, timeout: 10_000 });
const functions = new Map(Object.entries(api).filter(([, one]) => typeof one === "function").map(([name, one]) => [bare(name), one as (...args: unknown[]) => Promise<{ ok: boolean; error?: Error & { text?: string; body?: unknown } }>]));

for (const { method, path, id, params, type, types, isBinary, body } of requests) {
  await test(`${method} ${path}`, async () => {
    const call = functions.get(bare(id));
    if (call === undefined) throw new Error(`there is no function for ${id}`);
    const given = new Map(params);
    if (type !== undefined && types > 1) given.set("contenttype", type);
    const result = await call(client, argumentsOf(given, isBinary ? new Blob(["bytes"], { type: type ?? "" }) : body));
    if (!result.ok) throw new Error(`${result.error?.message} ${String(result.error?.cause ?? "")} ${result.error?.text ?? ""} ${JSON.stringify(result.error?.body ?? "")}`);
  });
}

mock.removeAllListeners("exit");
mock.kill();
finish();
