// Every operation of a document, called by its generated client, against a mock server that others made. Arguments are made
// from the document: by its examples, or the simplest values that its schemas allow.
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { spawn } from "node:child_process";
import { need, finish, test } from "./check.js";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Node = { [key: string]: Json };

const document = JSON.parse(readFileSync(need("DOCUMENT"), "utf8")) as Node;
const api = (await import(need("CLIENT"))) as Record<string, unknown>;

/** What a reference leads to. */
function met(value: Json | undefined): Node {
  let node = (value ?? {}) as Node;
  for (let steps = 0; typeof node["$ref"] === "string" && steps < 20; steps += 1) {
    const path = node["$ref"].slice(2).split("/").map((part) => decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~"));
    node = path.reduce<Json>((at, part) => ((at as Node)[part] ?? {}), document) as Node;
  }
  return node;
}

/** A value that a schema allows. */
function sample(given: Json | undefined, depth = 0): Json {
  const schema = met(given);
  const own = schema["example"] ?? (schema["examples"] as Json[] | undefined)?.[0] ?? schema["const"] ?? (schema["enum"] as Json[] | undefined)?.[0];
  if (own !== undefined) return own;
  if (schema["default"] !== undefined && schema["default"] !== null) return schema["default"];
  const parts = (schema["allOf"] ?? []) as Json[];
  if (parts.length > 0) return Object.assign({}, ...parts.map((part) => sample(part, depth)), object(schema, depth)) as Json;
  const choice = ((schema["oneOf"] ?? schema["anyOf"]) as Json[] | undefined)?.[0];
  if (choice !== undefined) return sample(choice, depth);
  const types = [schema["type"]].flat();
  const type = types.find((type) => type !== "null") ?? (schema["properties"] === undefined ? "string" : "object");
  if (type === "object") return object(schema, depth);
  if (type === "array") return Array.from({ length: Math.max(1, Number(schema["minItems"] ?? 1)) }, () => sample(schema["items"], depth + 1));
  if (type === "boolean") return true;
  if (type === "integer" || type === "number") return Number(schema["minimum"] ?? 1);
  const formats: Record<string, string> = {
    date: "2024-02-29", "date-time": "2024-02-29T12:00:00Z", uuid: "6f1d5d5e-2f3c-4d53-9a38-0a3f2a9d7e11", email: "a@example.org", uri: "https://example.org/",
  };
  return formats[String(schema["format"])] ?? "text".padEnd(Number(schema["minLength"] ?? 0), "x").slice(0, Number(schema["maxLength"] ?? 1000));
}

function object(schema: Node, depth: number): Node {
  const required = (schema["required"] ?? []) as string[];
  const properties = Object.entries((schema["properties"] ?? {}) as Node).filter(([name, one]) => required.includes(name) && met(one)["readOnly"] !== true);
  return depth > 6 ? {} : Object.fromEntries(properties.map(([name, one]) => [name, sample(one, depth + 1)]));
}

const bare = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

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

const schemes = Object.entries(met(met(document["components"])["securitySchemes"])).map(([name, one]): [string, unknown] => {
  const basic = met(one)["type"] === "http" && String(met(one)["scheme"]).toLowerCase() === "basic";
  return [name, basic ? { username: "user", password: "password" } : "token"];
});
const credentials = Object.fromEntries(schemes);
const connect = api["createClient"] as (options: object) => object;
const client = connect({ baseUrl: `http://127.0.0.1:${at}`, credentials, timeout: 10_000 });
const functions = new Map(Object.entries(api).filter(([, one]) => typeof one === "function").map(([name, one]) => [bare(name), one as (...args: unknown[]) => Promise<{ ok: boolean; error?: Error & { text?: string; body?: unknown } }>]));

const METHODS = ["get", "put", "post", "delete", "patch", "head", "options"];
for (const [path, item] of Object.entries(met(document["paths"]))) {
  for (const method of METHODS.filter((method) => met(item)[method] !== undefined)) {
    const operation = met(met(item)[method]);
    const id = typeof operation["operationId"] === "string" ? operation["operationId"] : `${method} ${path}`;
    await test(`${method} ${path}`, async () => {
      const call = functions.get(bare(id));
      if (call === undefined) throw new Error(`there is no function for ${id}`);
      const all = [met(item)["parameters"], operation["parameters"]].flatMap((list) => (list ?? []) as Json[]).map(met);
      const needed = all.filter((param) => param["required"] === true);
      const params = new Map(needed.map((param): [string, Json] => {
        const content = Object.values((param["content"] ?? {}) as Node)[0];
        const examples = Object.values((param["examples"] ?? {}) as Node)[0];
        return [bare(String(param["name"])), param["example"] ?? met(examples)["value"] ?? sample(met(content)["schema"] ?? param["schema"])];
      }));
      const contents = Object.entries((met(operation["requestBody"])["content"] ?? {}) as Node);
      const [type, content] = contents.find(([type]) => /json|form|text/.test(type)) ?? contents[0] ?? [undefined, undefined];
      const schema = met(content)["schema"];
      const shown = met(content)["example"] ?? met(Object.values((met(content)["examples"] ?? {}) as Node)[0])["value"];
      const isBinary = type !== undefined && !/json|form|text|xml/.test(type);
      const body = type === undefined ? undefined : isBinary ? new Blob(["bytes"], { type }) : (shown ?? sample(schema));
      if (type !== undefined && contents.length > 1) params.set("contenttype", type);
      const result = await call(client, argumentsOf(params, body));
      if (!result.ok) throw new Error(`${result.error?.message} ${String(result.error?.cause ?? "")} ${result.error?.text ?? ""} ${JSON.stringify(result.error?.body ?? "")}`);
    });
  }
}

mock.removeAllListeners("exit");
mock.kill();
finish();
