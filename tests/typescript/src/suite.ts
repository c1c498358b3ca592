// The JSON Schema Test Suite (draft 2020-12) through generated checks: every schema a component, every instance good or not
// as the suite says.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import * as api from "../suite/index.js";
import { finish, need, same, test } from "./check.js";

/** Tests that come out differently, and why. */
const KNOWN: Readonly<Record<string, string>> = {};

interface Case {
  readonly description: string;
  readonly tests: readonly { readonly description: string; readonly data: unknown; readonly valid: boolean }[];
}

const folder = need("SUITE");
const properties = (JSON.parse(readFileSync(need("DOCUMENT"), "utf8")) as { components: { schemas: { Cases: { properties: object } } } }).components.schemas.Cases.properties;
const camel = (file: string) => file.split("-").map((part) => part.slice(0, 1).toUpperCase() + part.slice(1)).join("");
let right = 0;
let leftOut = 0;
const wrong: string[] = [];
for (const name of readdirSync(folder).filter((name) => name.endsWith(".json")).sort()) {
  const file = name.slice(0, -".json".length);
  (JSON.parse(readFileSync(join(folder, name), "utf8")) as Case[]).forEach((one, n) => {
    const component = `${camel(file)}${n + 1}`;
    for (const { description, data, valid } of one.tests) {
      if (!Object.hasOwn(properties, component)) leftOut += 1;
      else if ((api.faults(api.checks.Cases, { [component]: data }).length === 0) === valid) right += 1;
      else wrong.push(`${file}: ${one.description}: ${description}`);
    }
  });
}
console.log(`${right} of ${right + wrong.length} tests as the suite says (${((100 * right) / (right + wrong.length)).toFixed(1)} %); ${leftOut} left out`);

await test("the suite", async () => {
  same(wrong.sort(), Object.keys(KNOWN).sort());
  same(right > 1200, true);
});

finish();
