// Every cell of the specification's table of styles, and what has no spelling.
import { readFileSync } from "node:fs";
import { encode, parseExact, type Param, type Style } from "../everything/runtime.js";
import { finish, need, same, test } from "./check.js";

interface Sheet {
  readonly values: Record<string, unknown>;
  readonly rows: readonly Record<string, string | null>[];
}

const PLACES: Record<string, Param["in"]> = { simple: "path", label: "path", matrix: "path", cookie: "cookie" };

await test("every cell of the table", async () => {
  const table = JSON.parse(readFileSync(need("STYLES"), "utf8")) as Record<string, Sheet>;
  let cells = 0;
  for (const [version, sheet] of Object.entries(table)) {
    for (const row of sheet.rows) {
      const style = row["style"] as Style;
      for (const kind of ["undefined", "string", "array", "object"]) {
        const cell = row[kind];
        if (typeof cell !== "string") continue;
        const value = kind === "undefined" ? "" : sheet.values[kind];
        const param = { in: PLACES[style] ?? "query", name: "color", style, explode: row["explode"] === "true" };
        same([version, style, kind, encode(param, value)], [version, style, kind, cell.replace(/^\?/, "")]);
        cells += 1;
      }
    }
  }
  same(cells, 3 * (8 * 4 + 2 * 2 + 1) + 8);
});

await test("what has no spelling is refused", async () => {
  const refused = (param: Param, value: unknown) => {
    try {
      return encode({ ...param, name: "n" }, value);
    } catch {
      return undefined;
    }
  };
  same(refused({ in: "query" }, [[1]]), undefined);
  same(refused({ in: "query", style: "pipeDelimited", explode: false }, ["a|b"]), undefined);
  same(refused({ in: "header" }, "a\r\nb: c"), undefined);
  same(refused({ in: "header" }, ["a,b"]), undefined);
  same(refused({ in: "cookie", style: "cookie" }, "a;b"), undefined);
  same(refused({ in: "query" }, [""]), undefined);
  same(refused({ in: "query", style: "deepObject" }, { "a]": 1 }), undefined);
});

await test("what is written", async () => {
  const written = (param: Param, value: unknown) => encode({ name: "n", ...param }, value);
  same(written({ in: "query" }, null), undefined);
  same(written({ in: "query" }, {}), undefined);
  same(written({ in: "query" }, []), "n=");
  same(written({ in: "query" }, { a: [1, 2], b: null, c: undefined, "d e": "&=" }), "a=1&a=2&d%20e=%26%3D");
  same(written({ in: "query", name: "a b", style: "deepObject" }, { x: { y: [1, "z"] } }), "a%20b%5Bx%5D%5By%5D%5B0%5D=1&a%20b%5Bx%5D%5By%5D%5B1%5D=z");
  same(written({ in: "query", reserved: true }, "a/b?c&d#e"), "n=a/b?c%26d%23e");
  same(written({ in: "path", style: "label", explode: true }, ["a.b", "c"]), ".a%2Eb.c");
  same(written({ in: "query", style: "json" }, { a: ["ü"] }), "n=%7B%22a%22%3A%5B%22%C3%BC%22%5D%7D");
  same(written({ in: "querystring" }, { a: 1, b: "x y" }), "a=1&b=x%20y");
  same(written({ in: "query", style: "urlencoded" }, { a: 1 }), "n=a%3D1");
  same(written({ in: "query" }, new Date(0)), "n=1970-01-01T00%3A00%3A00.000Z");
  same(written({ in: "query" }, 2n ** 63n), "n=9223372036854775808");
  same(written({ in: "path" }, "../x"), "..%2Fx");
});

await test("large integers are exact", async () => {
  const text = '{"a":9223372036854775807,"b":-9007199254740993,"c":1.5,"d":"12345678901234567890","e":[9007199254740991],"f\\"1":1}';
  same(parseExact(text), { a: 9223372036854775807n, b: -9007199254740993n, c: 1.5, d: "12345678901234567890", e: [9007199254740991], 'f"1': 1 });
});

finish();
