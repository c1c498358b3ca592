// Bodies of XML and YAML: what is sent, what comes back as a value, and what is no such text.
import * as yaml from "../yaml/index.js";
import * as api from "../xml/index.js";
import { finish, same, test } from "./check.js";

let sent = "";
let next: string | undefined;
/** Answers with what was sent, or with the next text. */
const fetch: typeof globalThis.fetch = async (url, init) => {
  sent = String(init?.body ?? "");
  const type = String(url).endsWith("/points") ? "application/yaml" : String(url).endsWith("/shapes") ? "text/xml" : "application/xml";
  return new Response(next ?? sent, { headers: { "content-type": type } });
};
const client = api.createClient({ baseUrl: "http://localhost", fetch });

async function pet(text?: string, body: api.Pet = { name: "Rex", photoUrls: [] }): Promise<unknown> {
  next = text;
  const result = await api.addPet(client, { body });
  return result.ok ? result.body : `${result.error.kind}: ${result.error.message.split(": ").at(-1)}`;
}

await test("a value there and back", async () => {
  const rex: api.Pet = {
    id: -7, name: 'a<b>&"\ud83d\ude00\r\n\t', status: "sold", category: { name: "dog", id: 3 }, photoUrls: ["x", ""], tags: [{ name: "t" }, {}],
    names: ["one", "two"], html: "<b>]]></b>", more: { a: "1", b: "ü" }, parent: { name: "p", photoUrls: [] },
  };
  same(await pet(undefined, rex), rex);
  same(sent.startsWith('<?xml version="1.0" encoding="UTF-8"?><p:pet xmlns:p="https://example.com/pet" id="-7" status="sold"><name>a&lt;b&gt;&amp;&quot;'), true);
  for (const part of ["<kind id=\"3\">dog</kind>", "<photoUrls><photoUrl>x</photoUrl><photoUrl></photoUrl></photoUrls><tag><name>t</name></tag><tag></tag>",
    '<aliases><a:alias xmlns:a="urn:alias">one</a:alias>', "<![CDATA[<b>]]]]><![CDATA[></b>]]>", "<more><a>1</a><b>ü</b></more>", '<p:pet xmlns:p="https://example.com/pet"><name>p</name><photoUrls></photoUrls></p:pet>']) {
    same(sent.includes(part) || sent, true);
  }
  same(await pet(undefined, { name: "a\u0001\ud800b", photoUrls: [] }), { name: "a\ufffd\ufffdb", photoUrls: [] });
});

await test("as others write it", async () => {
  const text = `\ufeff<?xml version='1.0'?>\r\n<!-- <pet> -->\n<pet xmlns='https://example.com/pet' id=' 7 '>
    <q:name xmlns:q='https://example.com/pet'>&#x41;<![CDATA[<&>]]>&lt;</q:name><extra k='v'>t</extra><extra/><photoUrls/>
    <pet xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:nil='true'/></pet>`;
  const read = (await pet(text)) as Record<string, unknown>;
  same(read, { ...read, id: 7, name: "A<&><", extra: [{ k: "v" }, ""], photoUrls: [], parent: null });
});

await test("what is no such text", async () => {
  const texts: [string, string][] = [
    ["", "there is no element"], ["<pet>", "an element is not closed"], ["<pet></p>", "an element ends that is not open"], ["<pet/><pet/>", "there are two root elements"],
    ["<!DOCTYPE pet [<!ENTITY x 'y'>]><pet>&x;</pet>", "it is not well-formed"], ["<pet><name>&x;</name></pet>", "an entity is not known"], ["<pet><name>& </name></pet>", "an entity is not known"],
    ["<pet id='x'/>", "a text is no number"], ["<pet id='1' id='2'/>", "an attribute is there twice"], ["text<pet/>", "there is text outside of the root element"],
    ["<pet><name/><name/></pet>", "the element `name` is there twice"], ["<other/>", "the root element is not `pet`"], ["<q:pet/>", "a prefix is not declared"],
    ["<pet><name><b/></name></pet>", "there is an element where only text should be"], ["<pet>&#0;</pet>", "an entity is not known"], ["<pet>\u0001</pet>", "it has a character that XML does not allow"],
    ["<pet>".repeat(70), "it has too many elements, or they are too deep"], [`<pet>${"<a/>".repeat(100_001)}</pet>`, "it has too many elements, or they are too deep"],
    [`<pet${" a".repeat(50_000)}`, "it is not well-formed"], [`<pet${" ".repeat(100_000)}`, "it is not well-formed"], [`<${"a".repeat(100_000)}`, "it is not well-formed"],
    ["<!--".repeat(20_000), "it is not well-formed"], [`<pet>${"&".repeat(20_000)}</pet>`, "an entity is not known"],
  ];
  for (const [text, told] of texts) same([text.slice(0, 40), await pet(text)], [text.slice(0, 40), `decode: ${told}`]);
});

await test("lists and unions", async () => {
  next = undefined;
  const square = await api.putShape(client, { body: { side: 2.5 } });
  same([sent, square.ok && square.body], ['<?xml version="1.0" encoding="UTF-8"?><shape><side>2.5</side></shape>', { side: 2.5 }]);
});

await test("YAML with a reader and without", async () => {
  const plain = yaml.createClient({ baseUrl: "http://localhost", fetch });
  next = undefined;
  const back = await yaml.addPoint(plain, { body: { x: 1 } });
  same([sent, back.ok && back.body], ['{"x":1}', { x: 1 }]);
  next = "x: 1\n";
  const unread = await yaml.addPoint(plain, { body: { x: 1 } });
  same([unread.ok, !unread.ok && unread.error.kind, !unread.ok && unread.error.text], [false, "decode", "x: 1\n"]);
  const parseYaml = (text: string) => Object.fromEntries([text.trim().split(": ").map((part, n) => (n === 0 ? part : Number(part)))]) as unknown;
  const read = await yaml.addPoint(yaml.createClient({ baseUrl: "http://localhost", fetch, parseYaml }), { body: { x: 1 } });
  same(read.ok && read.body, { x: 1 });
});

finish();
