// Checks made from the rules of a schema: what is good, and what is wrong and where.
import * as api from "../checked/index.js";
import { schema, text } from "../checked/checks.js";
import { finish, same, test } from "./check.js";

const { checks } = api;
const told = (check: Parameters<typeof api.faults>[0], value: unknown) => api.faults(check, value).map(({ pointer, code }) => `${pointer} ${code}`);

await test("what is good", async () => {
  const strings: api.Strings = { short: "üé", code: "ABC-1234", colour: "", date: "2024-02-29" as api.runtime.Brand<"date">, ipv4: "127.0.0.1" as api.runtime.Brand<"ipv4"> };
  same(told(checks.Strings, strings), []);
  const numeric: api.Numeric = { int32: -5, int64: 2n ** 62n, between: 5, even: 4, cents: 1.25, ratio: 0.5, answer: 42, level: 2 };
  same(told(checks.Numeric, numeric), []);
  same(told(checks.Lists, { set: [1, 2], pair: ["a", 1], nested: [[true], []] }), []);
  same(told(checks.Objects, { map: { a: 1 }, open: { known: "k", other: [null] }, tree: { value: 1, children: [{ value: 2 }] } }), []);
  same(told(checks.Unions, { shape: { kind: "circle", radius: 1 }, scalar: "x", several: null }), []);
  same(told(checks.Presence, { required: "a", requiredNullable: null }), []);
});

await test("what is wrong", async () => {
  same(told(checks.Strings, { short: "123456", code: "abc", colour: "pink", date: "2024-13-01", uuid: "x", email: "x", ipv4: "1.2.3.256" }), [
    "/short maxLength", "/code pattern", "/colour enum", "/date format", "/uuid format", "/email format", "/ipv4 format",
  ]);
  same(told(checks.Numeric, { int32: 2 ** 31, int64: 1.5, between: 10, even: 3, cents: 0.001, ratio: 2, answer: 41, level: 9, more: 1 }), [
    "/int32 maximum", "/int64 type", "/between exclusiveMaximum", "/even multipleOf", "/cents multipleOf", "/ratio maximum", "/answer enum", "/level enum", "/more additionalProperties",
  ]);
  same(told(checks.Lists, { set: [1, 1], pair: ["a"], nested: [[1]] }), ["/set uniqueItems", "/pair type", "/nested/0/0 type"]);
  same(told(checks.Objects, { map: { a: "x" }, tree: { value: 1, children: [{}] } }), ["/map/a type", "/tree/children/0/value required"]);
  same(told(checks.Unions, { shape: { kind: "heptagon" }, scalar: 1.5 }), ["/shape/kind discriminator", "/scalar anyOf"]);
  same(told(checks.Presence, { requiredNullable: 5 }), ["/required required", "/requiredNullable type"]);
  same(told(checks.Point, null), [" type"]);
});

await test("rules that no type says", async () => {
  same(told(checks.Conditions, { country: "us", zip: "12345" }), []);
  same(told(checks.Conditions, { country: "us", zip: "1234", notReserved: "root" }), ["/notReserved not", "/zip pattern"]);
  same(told(checks.Objects, { atLeast: {}, together: { card: "1" }, named: { TOOLONG: true }, patterned: { y: "" } }), [
    "/atLeast minProperties", "/together/address dependentRequired", "/named/TOOLONG pattern", "/patterned/y additionalProperties",
  ]);
  same(told(checks.Lists, { contains: [1, 2] }), ["/contains contains"]);
});

await test("values that are too deep are refused, and expressions of other languages are not held against anyone", async () => {
  let deep: unknown = { value: 1 };
  for (let n = 0; n < 100_000; n++) deep = { value: 1, children: [deep] };
  same(told(checks.Objects, { tree: deep }), [" complexity"]);
  same(told(text({ pattern: "(?<!a)(?P<name>b)" }), "x"), []);
  const endless = schema({ $ref: "#" });
  same(told(endless, 1), [" complexity"]);
  const costly = schema({ $defs: { a: { anyOf: [{ $ref: "#/$defs/b" }, { $ref: "#/$defs/b" }] }, b: { items: { $ref: "#/$defs/a" }, not: {} } }, $ref: "#/$defs/a" });
  const nested = JSON.parse("[".repeat(60) + "]".repeat(60)) as unknown;
  same(told(costly, nested).length, 1);
});

finish();
