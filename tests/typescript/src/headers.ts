// Headers of answers, typed: what a server sends, and what servers send that do not keep to the document.
import * as api from "../everything/index.js";
import * as kinds from "../headers/index.js";
import { finish, same, test } from "./check.js";

const fault = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error instanceof Error && "kind" in error ? [error.kind, error.message] : error;
  }
};

await test("each style and type", async () => {
  const sent = new Headers({
    "x-flag": "true", "x-big": "9007199254740993", "x-level": "2", "x-colour": "red", "x-point": "x,1,y,-2", "x-exploded": "x=1, y=-2",
    "x-json": '{"x":3,"y":4}', "x-map": "a,1,b,2", "x-tags": "a, b", "x-nested": "odd",
  });
  const all = kinds.headersHeaders({ status: 200, headers: sent });
  const big: number | bigint | undefined = all.xBig;
  same([all.xFlag, big, all.xLevel, all.xColour], [true, 9007199254740993n, 2, "red"]);
  same([all.xPoint, all.xExploded, all.xJson], [{ x: 1, y: -2 }, { x: 1, y: -2 }, { x: 3, y: 4 }]);
  same([all.xMap, all.xTags, all.xNested, all.xAbsent], [{ a: 1, b: 2 }, ["a", "b"], "odd", undefined]);
});

await test("by status", async () => {
  const headers = new Headers({ "retry-after": "7", "x-reason": "tired" });
  const wait: number | bigint = kinds.headersHeaders({ status: 429, headers }).retryAfter;
  same(wait, 7);
  // A number that stands for no status may be of the range or of the default.
  const either: string | undefined = kinds.headersHeaders({ status: 503 as number, headers }).xReason;
  same(either, "tired");
  same(Object.keys(kinds.headersHeaders({ status: 503 as number, headers })), ["xReason"]);
  same(Object.keys(kinds.headersHeaders({ status: 204, headers })), []);
});

await test("what is not as described is told when it is asked for, without its text", async () => {
  const headers = new Headers({ "x-limit": "secret", "x-numbers": "1,x", "x-next": "a" });
  const read = api.headersResponseHeaders({ status: 200, headers });
  same(read.xNext, "a");
  same(fault(() => read.xLimit), ["decode", "headersResponse: the header `x-limit` is no number"]);
  same(fault(() => read.xNumbers), ["decode", "headersResponse: the header `x-numbers` is no number"]);
  const none = api.headersResponseHeaders({ status: 200, headers: new Headers() });
  same(fault(() => none.xLimit), ["decode", "headersResponse: the header `x-limit` is missing"]);
  same(none.xNumbers, undefined);
  for (const text of ["0x10", "", "Infinity", " "]) {
    const odd = api.headersResponseHeaders({ status: 200, headers: new Headers({ "x-limit": text }) });
    same(fault(() => odd.xLimit), ["decode", "headersResponse: the header `x-limit` is no number"]);
  }
  const broken = kinds.headersHeaders({ status: 200, headers: new Headers({ "x-json": "{", "x-flag": "yes" }) });
  same(fault(() => broken.xJson), ["decode", "headers: the header `x-json` is no JSON"]);
  same(fault(() => broken.xFlag), ["decode", "headers: the header `x-flag` is neither true nor false"]);
});

finish();
