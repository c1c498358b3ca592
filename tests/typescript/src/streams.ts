// Every kind of stream, both ways: what is sent byte for byte, and what comes, wherever the chunks of it end.
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import * as api from "../streams/index.js";
import { unwrap } from "../streams/runtime.js";
import { all, finish, same, test } from "./check.js";

let got: { type: string; text: string; chunks: number } = { type: "", text: "", chunks: 0 };
/** What the next answer is, and how many bytes of it come at a time. */
let next: { type: string; text: string; size: number } = { type: "application/json", text: "0", size: 1 };

async function taken(request: IncomingMessage): Promise<typeof got> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return { type: request.headers["content-type"] ?? "", text: Buffer.concat(chunks).toString("latin1"), chunks: chunks.length };
}

const server = createServer((request, response) => {
  void taken(request).then(async (came) => {
    got = came;
    response.writeHead(200, { "content-type": next.type });
    const bytes = Buffer.from(next.text, "utf8");
    for (let at = 0; at < bytes.length; at += next.size) {
      response.write(bytes.subarray(at, at + next.size));
      if (next.size < bytes.length) await new Promise((done) => setImmediate(done));
    }
    response.end();
  });
});
await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
const client = api.createClient({ baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });

const messages: api.Message[] = [{ text: "a\nb", seq: 0 }, { text: "ü\u2028", seq: 1 }, { text: '"--x\r\n', seq: 2 }];
async function* slowly<T>(values: readonly T[]): AsyncGenerator<T, void, void> {
  for (const value of values) {
    yield value;
    await new Promise((done) => setTimeout(done, 5));
  }
}
const utf8 = (text: string) => Buffer.from(text, "utf8").toString("latin1");
/** Whatever the number of bytes that come at a time. */
const sizes = [1, 2, 3, 7, 10_000];

const kinds: { type: "application/jsonl" | "application/json-seq" | "multipart/mixed"; sent: (boundary: string) => string; came: [string, string] }[] = [
  { type: "application/jsonl", sent: () => messages.map((one) => `${JSON.stringify(one)}\n`).join(""), came: ["application/jsonl", `\n${messages.map((one) => JSON.stringify(one)).join("\r\n")}`] },
  { type: "application/json-seq", sent: () => messages.map((one) => `\u001e${JSON.stringify(one)}\n`).join(""), came: ["application/json-seq", messages.map((one) => `\u001e\u001e${JSON.stringify(one, null, 2)}\n`).join("")] },
  {
    type: "multipart/mixed",
    sent: (boundary) => `${messages.map((one) => `--${boundary}\r\ncontent-type: application/json\r\n\r\n${JSON.stringify(one)}\r\n`).join("")}--${boundary}--\r\n`,
    came: ['multipart/mixed; boundary="a b"', `preamble\r\n${messages.map((one) => `--a b \r\nX-More: 1\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(one)}\r\n`).join("")}--a b--\r\nepilogue`],
  },
];

for (const { type, sent, came } of kinds) {
  await test(`${type} is sent, as a whole and as it comes`, async () => {
    next = { type: "application/json", text: "3", size: 10 };
    for (const body of [messages, slowly(messages)]) {
      same(await unwrap(api.writeLog(client, { contentType: type, body } as api.WriteLogArgs)), 3);
      same(got.type.split(";")[0], type);
      same(got.text, utf8(sent(/boundary=(\S+)/.exec(got.type)?.[1] ?? "")));
      same(got.chunks > 1, !Array.isArray(body));
    }
  });
  await test(`${type} is read, wherever its chunks end`, async () => {
    for (const size of sizes) {
      next = { type: came[0], text: came[1], size };
      const answer = await api.readLog(client, {}, { accept: type });
      if (!answer.ok) throw answer.error;
      same([answer.contentType, await all<api.Message>(answer.body)], [type, messages]);
    }
  });
}

await test("what is cut, or no JSON, is told after what came before it", async () => {
  const cut: [string, string, number][] = [
    ["application/jsonl", '{"text":"a","seq":0}\n{"text"', 1],
    ["application/json-seq", '\u001e{"text":"a","seq":0}\n\u001e{"te', 1],
    ["multipart/mixed; boundary=b", '--b\r\n\r\n{"text":"a","seq":0}\r\n--b\r\n\r\n{"tex', 1],
    ["multipart/mixed", "", 0],
    ["multipart/mixed; boundary=b", "--b\r\nno end of the head\r\n--b--", 0],
    ["application/json-seq", "\u001e\u00ff\u001e", 0],
  ];
  for (const [type, text, before] of cut) {
    next = { type, text, size: 4 };
    const seen: unknown[] = [];
    const kind = await (async () => {
      for await (const one of await unwrap(api.readLog(client))) seen.push(one);
    })().then(() => "nothing", (error: { kind: string }) => error.kind);
    same([type, kind, seen.length], [type, "decode", before]);
  }
});

const happenings: api.Happening[] = [
  { event: "added", id: "7", data: { text: "a\nb", seq: 1 } },
  { event: "removed", data: 7 },
  { event: "note", data: "two\nlines", retry: 100 },
  { event: "note", data: "" },
];

await test("server-sent events are sent", async () => {
  next = { type: "application/json", text: "4", size: 10 };
  for (const body of [happenings, slowly(happenings)]) {
    same(await unwrap(api.report(client, { body })), 4);
    same(got.type, "text/event-stream");
    same(got.text, 'event: added\nid: 7\ndata: {"text":"a\\nb","seq":1}\n\nevent: removed\ndata: 7\n\nevent: note\nretry: 100\ndata: two\ndata: lines\n\nevent: note\ndata: \n\n');
  }
  const odd = await api.report(client, { body: [{ event: "added", id: "a\nevent: removed", data: { text: "a", seq: 1 } }] });
  same(odd.ok || odd.error.kind, "request");
});

await test("server-sent events are read, whatever ends their lines", async () => {
  const text = ': a comment\nevent: added\nid: 7\ndata: {"text":"a\\nb",\ndata: "seq":1}\n\nevent: removed\ndata:7\n\nevent: nothing\n\nevent: note\nretry: 100\nretry: x\ndata: two\ndata: lines\n\nevent: note\ndata\n\nevent: note\ndata: not ended';
  for (const size of sizes) {
    for (const end of ["\n", "\r\n", "\r"]) {
      next = { type: "text/event-stream; charset=utf-8", text: text.replaceAll("\n", end), size };
      same(await all(await unwrap(api.watch(client))), happenings);
    }
  }
});

await test("files one after the other", async () => {
  next = { type: "application/json", text: "[2,3]", size: 10 };
  const body = [new Blob(['{"a":1}'], { type: "application/json" }), { data: new Uint8Array([0, 13, 10]), contentType: "image/png" }];
  same(await unwrap(api.addAlbum(client, { body })), [2, 3]);
  const boundary = /boundary=(\S+)/.exec(got.type)?.[1] ?? "";
  same(got.type.startsWith("multipart/related"), true);
  same(got.text, `--${boundary}\r\ncontent-type: application/json\r\n\r\n{"a":1}\r\n--${boundary}\r\ncontent-type: image/png\r\n\r\n\0\r\n\r\n--${boundary}--\r\n`);
  for (const size of sizes) {
    next = { type: "multipart/mixed; boundary=b", text: "--b\r\nContent-Type: image/png\r\nX-Name: a\r\n\r\n\r\n--c\r\n\r\n--b\r\n\r\n\r\n--b--", size };
    const parts = await all(await unwrap(api.album(client)));
    same(parts.map((part) => [part.headers.get("content-type"), part.headers.get("x-name"), new TextDecoder().decode(part.bytes)]), [["image/png", "a", "\r\n--c\r\n"], [null, null, ""]]);
  }
});

server.close();
finish();
