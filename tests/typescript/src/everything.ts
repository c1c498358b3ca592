// Every operation of the service that says everything, by the generated client: what it understood is what was sent.
import { unwrap } from "../everything/runtime.js";
import * as api from "../everything/index.js";
import { all, finish, need, same, test } from "./check.js";

const baseUrl = need("EVERYTHING");
const client = api.createClient({ baseUrl });
const point = { x: 1, y: -2 };
const list = [1, 20];
const shown = "Point { x: 1, y: -2 }";

/** What the service says that it understood holds all these. */
async function says<R extends { readonly ok: boolean }>(result: Promise<R>, ...parts: string[]): Promise<void> {
  const { said } = (await unwrap(result)) as unknown as api.Echo;
  for (const part of parts) same(said.includes(part) || `${part} in ${said}`, true);
}

await test("styles in paths", async () => {
  const args = { text: "abc", list, object: point, exploded: point };
  const parts = ['text: "abc"', "list: [1, 20]", `object: ${shown}`, `exploded: ${shown}`];
  await says(api.simpleStyle(client, args), ...parts);
  await says(api.labelStyle(client, args), ...parts);
  await says(api.matrixStyle(client, args), ...parts);
});

await test("styles in the query", async () => {
  const lists = { form: list, joined: list, spaced: list, piped: list };
  const more = { text: "a b&c=ü", required: 7, withDefault: "two", object: point, deep: point, flag: true, reserved: "a:/?b" } as const;
  const parts = ['text: Some("a b&c=ü")', "required: 7", "with_default: Two", `object: Some(${shown})`, `deep: Some(${shown})`];
  const lines = Object.keys(lists).map((name) => `${name}: Some([1, 20])`);
  await says(api.queryStyles(client, { ...lists, ...more }), ...parts, ...lines, "flag: Some(true)", 'reserved: Some("a:/?b")');
  await says(api.queryStyles(client, { required: 0 }), "text: None", "with_default: One", "form: None");
  await says(api.contentStyle(client, { filter: point }), shown);
});

await test("headers and cookies", async () => {
  const headers = { xText: "abc", xNumbers: list, xObject: point, xExploded: point };
  await says(api.headerStyles(client, headers), 'Some("abc")', "Some([1, 20])", `x_object: Some(${shown})`, `x_exploded: Some(${shown})`);
  await says(api.cookieStyles(client, { session: "abc", visits: 3 }), 'session: Some("abc")', "visits: Some(3)");
});

await test("routes", async () => {
  await says(api.suffixedRoute(client, { name: "abc" }), '"abc"');
  await says(api.verbRoute(client, { id: 9007199254740991 }), "9007199254740991");
  await says(api.twoInASegment(client, { from: 1, to: 22 }), "from: 1", "to: 22");
  await says(api.literalRoute(client), "/v1/routes/items/latest");
  await says(api.numberedRoute(client, { id: 12 }), "12");
});

await test("bodies", async () => {
  await says(api.formBody(client, { body: { name: "a b&c", age: 3, tags: ["x", "y"] } }), '"a b&c"', "Some(3)", '["x", "y"]');
  const file = new Blob([new Uint8Array(10)], { type: "image/png" });
  const files = [new Blob(["abc"], { type: "application/octet-stream" }), { data: new Uint8Array(5), filename: 'a"b.txt' }];
  await says(api.multipartBody(client, { body: { title: 'ä "b"', point, file, files } }), `("ä \\"b\\"", Some(${shown}), 10, [3, 5])`);
  same(await unwrap(api.textBody(client, { body: "text ü\n" })), "text ü\n");
  await says(api.binaryBody(client, { body: new Uint8Array(100_000) }), "100000 bytes");
  for (const book of [{ id: 7, title: "Tales" }, { id: 8, title: "Two Tales", authors: ["Calvino", "Borges"] }]) {
    same(await unwrap(api.xmlBody(client, { body: book })), book);
  }
  const odd = await api.xmlBody(client, { body: { id: 7, title: "<&>" } });
  same(!odd.ok && odd.error.kind === "api" && odd.error.body.errors?.[0]?.["pointer"], "/title");
  await says(api.mergePatchBody(client, { body: { x: null, y: 3 } }), "x: Null", "3");
  await says(api.jsonPatchBody(client, { body: [{ op: "replace", path: "/x", value: 1 }, { op: "remove", path: "/y" }] }), "2 changes");
  await says(api.eitherBody(client, { body: point }), shown);
  await says(api.eitherBody(client, { contentType: "application/x-www-form-urlencoded", body: { name: "n" } }), '"n"');
  await says(api.eitherBody(client, { contentType: "text/plain", body: "plain" }), '"plain"');
  await says(api.optionalBody(client, { body: point }), shown);
  await says(api.optionalBody(client), "None");
  await says(api.subscribe(client, { body: { callbackUrl: "http://127.0.0.1/x" } }), "http://127.0.0.1/x");
});

await test("lines both ways, as they come", async () => {
  const points = Array.from({ length: 50 }, (_, n) => ({ x: n, y: 2 * n }));
  async function* source() {
    yield* points;
  }
  same(await all(await unwrap(api.linesBody(client, { body: source() }))), points);
  same(await all(await unwrap(api.linesBody(client, { body: points }))), points);
});

await test("answers", async () => {
  const book = { id: 7, title: "The Cloven Viscount", authors: ["Calvino"] };
  same(await unwrap(api.negotiatedResponse(client)), book);
  const text = await api.negotiatedResponse(client, {}, { accept: "text/plain" });
  if (!text.ok || text.contentType !== "text/plain") throw new Error("it is no text");
  same(text.body, book.title);
  const headers = await api.headersResponse(client, { limit: 4 });
  if (!headers.ok) throw headers.error;
  same([headers.headers.get("x-limit"), headers.headers.get("x-numbers")], ["4", "1,2,3"]);
  const read = api.headersResponseHeaders(headers);
  const limit: number = read.xLimit;
  same([limit, read.xNumbers, read.xNext, Object.keys(read)], [4, [1, 2, 3], headers.headers.get("x-next") ?? undefined, ["xLimit", "xNumbers", "xNext"]]);
  const file = await unwrap(api.fileResponse(client));
  same((await file.bytes()).length, 1000);
  same((await (await unwrap(api.fileResponse(client))).text()).slice(0, 10), "0123456789");
  const events = await all(await unwrap(api.eventsResponse(client, { count: 3 })));
  same(events.map((event) => event.data), [0, 1, 2].map((n) => ({ x: n, y: 0 - n })));
  same(await unwrap(api.linkedResponse(client, { body: { x: 4, y: 0 } })), { id: 5 });
});

await test("statuses", async () => {
  const status = async (status: 200 | 201 | 204 | 304 | 404 | 409 | 503) => {
    const result = await api.statusesResponse(client, { status });
    return result.ok ? [true, result.status] : [false, result.error.status, result.error.kind];
  };
  for (const code of [200, 201, 204, 304] as const) same(await status(code), [true, code]);
  for (const code of [404, 409, 503] as const) same(await status(code), [false, code, "api"]);
  const made = await api.statusesResponse(client, { status: 201 });
  if (!made.ok || made.status !== 201) throw new Error("nothing was made");
  const place: string = api.statusesResponseHeaders(made).location;
  same(place, "/v1/routes/items/1");
});

await test("schemas", async () => {
  const numeric: api.Numeric = { int32: -5, int64: 9007199254740991, between: 5, even: 4, cents: 1.25, ratio: 0.5, answer: 42, level: 2 };
  same(await unwrap(api.numbers(client, { body: numeric })), numeric);
  const strings: api.Strings = {
    short: "üé", code: "ABC-1234", colour: "", date: "2024-02-29", time: "2024-02-29T12:00:00Z", email: "a@example.org",
    uuid: "6f1d5d5e-2f3c-4d53-9a38-0a3f2a9d7e11", uri: "https://example.org/a?b", host: "example.org", ipv4: "127.0.0.1", ipv6: "::1", bytes: "YWI=",
  };
  same(await unwrap(api.strings(client, { body: strings })), strings);
  const lists: api.Lists = { set: [1, 2], pair: ["a", 1], nested: [[true], []], contains: [7] };
  same(await unwrap(api.lists(client, { body: lists })), lists);
  const objects: api.Objects = {
    map: { a: 1 }, open: { known: "k", other: [1, null] }, patterned: { "x-a": "b" }, named: { ab: true }, atLeast: { a: 1 },
    together: { card: "c", address: "d" }, tree: { value: 1, children: [{ value: 2 }] },
  };
  same(await unwrap(api.objects(client, { body: objects })), objects);
  const unions: api.Unions = { shape: { kind: "square", side: 2 }, scalar: true, several: null };
  same(await unwrap(api.unions(client, { body: unions })), unions);
  same(await unwrap(api.conditions(client, { body: { country: "us", zip: "12345" } })), { country: "us", zip: "12345" });
  same(await unwrap(api.presence(client, { body: { required: "a", requiredNullable: null } })), { required: "a", requiredNullable: null, defaulted: 7 });
});

await test("credentials", async () => {
  const all = api.createClient({
    baseUrl,
    credentials: { key: "key", basic: { username: "user", password: "password" }, bearer: async () => "token", oauth: "token" },
  });
  await says(api.securedByKey(all), "Key");
  await says(api.securedByPassword(all), "User");
  await says(api.securedByToken(all), "Token");
  await says(api.securedByScopes(all), "Token");
  await says(api.securedByEither(all), "Key");
  await says(api.securedByBoth(all), "KeyAndUser");
  await says(api.securedIfWanted(all), "Some(Key)");
  await says(api.securedIfWanted(client), "None");
  await says(api.securedByEither(api.createClient({ baseUrl, credentials: { bearer: "token" } })), "Token");
  const refused = await api.securedByKey(client);
  same(!refused.ok && refused.error.status, 401);
});

finish();
