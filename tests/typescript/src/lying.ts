// Servers that lie, cut and stall: each gives an error of its kind, that holds what came, in time.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createRaw, type AddressInfo, type Server } from "node:net";
import * as store from "../petstore/index.js";
import * as api from "../everything/index.js";
import { all, finish, same, test } from "./check.js";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const servers: Server[] = [];

async function listening(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const serve = (handler: Handler) => listening(createServer(handler));
const raw = (text: string, end = true) =>
  listening(createRaw((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => (end ? socket.end(text) : socket.write(text)));
  }));
const json = (status: number, text: string, type = "application/json"): Handler => (_, response) =>
  response.writeHead(status, { "content-type": type }).end(text);

const credentials = { api_key: "the-secret-key" };
type Choice = Parameters<typeof store.createClient>[0];
const pet = (baseUrl: string, more: Choice = {}) =>
  store.getPetById(store.createClient({ baseUrl, credentials, timeout: 500, ...more }), { petId: 1 });

/** The kind of error, after a check that it holds no secret. */
async function kind(result: ReturnType<typeof pet>): Promise<string> {
  const settled = await result;
  if (settled.ok) return "ok";
  const { error } = settled;
  same(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`.includes("the-secret-key"), false);
  return error.kind;
}

await test("wrong statuses, types and texts", async () => {
  same(await kind(pet(await serve(json(299, "{}")))), "unexpected");
  same(await kind(pet(await serve(json(200, "<html>", "text/html")))), "decode");
  same(await kind(pet(await serve(json(200, '{"name":')))), "decode");
  same(await kind(pet(await serve(json(200, "")))), "decode");
  same(await kind(pet(await serve(json(404, "no json", "application/problem+json")))), "decode");
  same(await kind(pet(await serve(json(502, "<html>Bad Gateway", "text/html")))), "decode");
  same(await kind(pet(await serve((_, response) => response.writeHead(200, { "content-type": "application/json" }).end(Buffer.from([0x22, 0xff, 0x22]))))), "decode");
  const answer = await pet(await serve(json(299, "x".repeat(1_000_000))));
  if (answer.ok || answer.error.kind !== "unexpected") throw new Error("it was taken");
  same([answer.error.status, answer.error.text.length, answer.error.headers.get("content-type")], [299, 65536, "application/json"]);
});

await test("answers that are cut, endless or slow", async () => {
  const head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
  same(await kind(pet(await raw(`${head}content-length: 100\r\n\r\n{"na`))), "decode");
  same(await kind(pet(await raw(`${head}transfer-encoding: chunked\r\n\r\n5\r\n{"na`))), "decode");
  same(await kind(pet(await raw(`${head}content-length: 100\r\n\r\n{"na`, false))), "timeout");
  same(await kind(pet(await raw("", false))), "timeout");
  same(await kind(pet(await raw("garbage\r\n\r\n"))), "transport");
  same(await kind(pet(await raw(""))), "transport");
  const endless: Handler = (_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const more = () => {
      while (response.write(" ".repeat(65536)));
      response.once("drain", more);
    };
    more();
  };
  same(await kind(pet(await serve(endless), { limit: 1_000_000, timeout: 5000 })), "decode");
  same(await kind(pet(await serve(endless), { limit: Infinity, timeout: 300 })), "timeout");
  const drip: Handler = (_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const timer = setInterval(() => response.write(" "), 50);
    response.once("close", () => clearInterval(timer));
  };
  const start = Date.now();
  same(await kind(pet(await serve(drip))), "timeout");
  same(Date.now() - start < 2000, true);
});

await test("no server, no address, a loop of redirects", async () => {
  same(await kind(pet("http://127.0.0.1:1")), "transport");
  same(await kind(pet("/relative")), "request");
  same(await kind(pet("http://user:the-secret-key@127.0.0.1:1")), "request");
  const loop: Handler = (request, response) => response.writeHead(302, { location: request.url ?? "/" }).end();
  same(await kind(pet(await serve(loop))), "transport");
  same(await kind(pet(await serve(loop), { redirect: "follow" })), "transport");
  // A key does not follow to another server.
  let leaked = false;
  const other = await serve((request, response) => {
    leaked ||= request.headers["api_key"] !== undefined;
    response.end();
  });
  same(await kind(pet(await serve((_, response) => response.writeHead(307, { location: other }).end()))), "transport");
  same(leaked, false);
});

await test("who gives up is told so", async () => {
  const url = await raw("", false);
  const client = store.createClient({ baseUrl: url });
  const stop = new AbortController();
  setTimeout(() => stop.abort("enough"), 100);
  const result = await store.getPetById(client, { petId: 1 }, { signal: stop.signal });
  same([!result.ok && result.error.kind, !result.ok && result.error.cause], ["aborted", "enough"]);
  const before = await store.getPetById(client, { petId: 1 }, { signal: AbortSignal.abort() });
  same(!before.ok && before.error.kind, "aborted");
  const ignoring = store.createClient({ baseUrl: url, timeout: 200, fetch: () => new Promise(() => {}) });
  const late = await store.getPetById(ignoring, { petId: 1 });
  same(!late.ok && late.error.kind, "timeout");
});

await test("secrets that cannot be sent are not shown", async () => {
  const url = await serve(json(200, "{}"));
  same(await kind(pet(url, { credentials: { api_key: "the-secret-key\nx" } })), "request");
  same(await kind(pet(url, { headers: { "x-y": "the-secret-key\nx" } })), "request");
  same(await kind(pet(url, { credentials: { api_key: () => Promise.reject(new Error("vault")) } })), "credentials");
});

await test("streams that stall or break", async () => {
  const events = async (baseUrl: string) => {
    const result = await api.eventsResponse(api.createClient({ baseUrl, timeout: 400 }));
    if (!result.ok) return [result.error.kind];
    const seen: unknown[] = [];
    try {
      for await (const event of result.body) seen.push(event.data.x);
      seen.push("end");
    } catch (error) {
      seen.push((error as { kind: unknown }).kind);
    }
    return seen;
  };
  const head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n";
  const one = 'data: {"x":1,"y":2}\n\n';
  same(await events(await raw(`${head}\r\n${one}`, false)), [1, "timeout"]);
  same(await events(await raw(`${head}\r\n${one}`)), [1, "end"]);
  same(await events(await raw(`${head}content-length: 1000\r\n\r\n${one}`)), [1, "decode"]);
  same(await events(await raw(`${head}\r\n${one}data: {\n\n`)), [1, "decode"]);
  same(await events(await raw(`${head}\r\n:note\r\ndata: {"x":2,\rdata: "y":3}\r\r\n${one}`)), [2, 1, "end"]);
});

await test("interceptors, idempotency keys and redone tokens", async () => {
  const seen: [string | undefined, string | undefined][] = [];
  const url = await serve((request, response) => {
    if (request.url === "/token") return void json(200, `{"access_token":"t${seen.length}","expires_in":3600}`)(request, response);
    seen.push([request.headers.authorization, request.headers["idempotency-key"] as string | undefined]);
    if (request.headers.authorization === "Bearer t0") return void json(401, '{"title":"old","status":401}', "application/problem+json")(request, response);
    json(200, '{"name":"a","photoUrls":[]}')(request, response);
  });
  const tokens = store.runtime.clientCredentials({ clientId: "me", clientSecret: "s", tokenUrl: `${url}/token` });
  const log: string[] = [];
  const client = store.createClient({
    baseUrl: url,
    credentials: { petstore_auth: tokens },
    idempotencyKeys: true,
    onRequest: [(request) => void log.push(request.operation)],
    onResponse: [(response) => void log.push(String(response.status))],
    onError: [(error) => void log.push(error.kind)],
  });
  const made = await store.addPet(client, { body: { name: "a", photoUrls: [] } });
  same([made.ok, seen.map(([token]) => token), log], [true, ["Bearer t0", "Bearer t1"], ["addPet", "addPet", "200"]]);
  same(seen.every(([, key]) => /^[0-9a-f-]{36}$/.test(key ?? "")), true);
  await store.addPet(client, { body: { name: "a", photoUrls: [] } }, { idempotencyKey: "mine" });
  same(seen.at(-1), ["Bearer t1", "mine"]);
});

await test("lines and parts that lie", async () => {
  const lines = async (text: string, type = "application/x-ndjson") => {
    const result = await api.linesBody(api.createClient({ baseUrl: await serve(json(200, text, type)), timeout: 500 }), { body: [] });
    if (!result.ok) return result.error.kind;
    return all(result.body).catch((error: { kind: string }) => error.kind);
  };
  same(await lines('{"x":1,"y":2}\r\n\n{"x":3,"y":4}'), [{ x: 1, y: 2 }, { x: 3, y: 4 }]);
  same(await lines('{"x":1,"y":2}\nno\n'), "decode");
  same(await lines("{}", "text/plain"), "decode");
});

servers.forEach((server) => server.close());
finish();
