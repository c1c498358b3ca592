// Pages of every kind, to their end; and servers that lead around in circles, or away.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as api from "../pages/index.js";
import { finish, same, test } from "./check.js";

const all = [1, 2, 3, 4, 5, 6, 7];
let next = "";
const seen: string[] = [];
const server = createServer((request, response) => {
  const url = new URL(request.url ?? "/", "http://localhost");
  seen.push(`${url.pathname}${url.search}`);
  const number = (name: string, usual: number) => Number(url.searchParams.get(name) ?? usual);
  const page = (from: number) => all.slice(from, from + 3);
  const send = (body: unknown, headers: Record<string, string> = {}) =>
    response.writeHead(200, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  if (url.pathname === "/v/links") {
    const from = number("from", 0);
    const link = next === "" ? `</v/links?from=${from + 3}&x=a,b>; title="a, rel=next"; rel="last next", </v/links>; rel=first` : next;
    send(page(from), from + 3 < all.length ? { link } : {});
  } else if (url.pathname === "/v/cursors") {
    const from = number("page_token", 0);
    const more = from + 3 < all.length ? (next === "" ? String(from + 3) : next) : null;
    send({ data: page(from), meta: { next_page_token: more } });
  } else if (url.pathname === "/v/addresses") {
    const from = number("from", 0);
    const more = from + 3 < all.length ? `?from=${from + 3}` : null;
    // The last page says that there is nothing on it.
    send({ results: from + 3 < all.length ? page(from) : null, next: more });
  } else if (url.pathname === "/v/told") {
    const from = number("from", 0);
    send({ page: { list: page(from), ...(from + 3 < all.length ? { more: from + 3 } : {}) } });
  } else if (url.pathname === "/v/numbers") send(page(number("page", 0) * 3));
  else if (url.pathname === "/v/offsets") send({ items: page(number("offset", 0)) });
  else response.writeHead(500).end();
});
await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const client = api.createClient({ baseUrl: `${address}/v` });

async function numbers<A>(pages: AsyncIterable<A>, items: (answer: A) => number[]): Promise<number[]> {
  const list: number[] = [];
  for await (const page of pages) list.push(...items(page));
  return list;
}

await test("every kind of pages", async () => {
  same(await numbers(api.linksPages(client, { perPage: 3 }), (page) => page.body), all);
  same(await numbers(api.cursorsPages(client), (page) => page.body.data), all);
  same(await numbers(api.numbersPages(client), (page) => page.body), all);
  same(await numbers(api.offsetsPages(client, { offset: 1 }), (page) => page.body.items), all.slice(1));
  same(await numbers(api.addressesPages(client), (page) => page.body.results ?? []), all.slice(0, 6));
  same(await numbers(api.toldPages(client), (page) => page.body.page?.list ?? []), all);
  for (const name of ["plainPages", "singlePages"]) same(name in api, false);
  same(seen.slice(0, 3), ["/v/links?per_page=3", "/v/links?from=3&x=a,b", "/v/links?from=6&x=a,b"]);
});

await test("the items of all pages, each page when it is needed", async () => {
  const list: number[] = [];
  for await (const item of api.toldPages(client).items()) list.push(item);
  same(list, all);
  same((await numbers(api.addressesPages(client).items(), (item) => [item])), all.slice(0, 6));
  seen.length = 0;
  for await (const item of api.cursorsPages(client).items()) if (item === 4) break;
  same(seen, ["/v/cursors", "/v/cursors?page_token=3"]);
});

await test("whoever stops asking asks no more", async () => {
  seen.length = 0;
  for await (const page of api.numbersPages(client)) if (page.body.length > 0) break;
  same(seen, ["/v/numbers"]);
});

await test("no circles, and no way to another server", async () => {
  next = "0";
  same(await numbers(api.cursorsPages(client), (page) => page.body.data), [1, 2, 3, 1, 2, 3]);
  next = `${address}/v/cursors?page_token=4`;
  same(await numbers(api.cursorsPages(client), (page) => page.body.data), [1, 2, 3, 5, 6, 7]);
  // No address, and no number: the server has nothing there.
  next = "/w8AAQ==";
  same(await numbers(api.cursorsPages(client), (page) => page.body.data), [1, 2, 3]);
  same(seen.at(-1), "/v/cursors?page_token=%2Fw8AAQ%3D%3D");
  next = "<http://127.0.0.2/links>; rel=next";
  const away = await numbers(api.linksPages(client), (page) => page.body).catch((error: { kind: string }) => error.kind);
  same(away, "request");
  const broken = await numbers(api.numbersPages(api.createClient({ baseUrl: address })), (page) => page.body).catch((error: { kind: string }) => error.kind);
  same(broken, "unexpected");
});

server.close();
finish();
