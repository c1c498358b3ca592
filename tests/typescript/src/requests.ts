// What to ask of each operation of a document: arguments are made from its examples, or are the simplest values that its
// schemas allow.
import { readFileSync } from "node:fs";
import { need } from "./check.js";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Node = { [key: string]: Json };

export const document = JSON.parse(readFileSync(need("DOCUMENT"), "utf8")) as Node;

/** What a reference leads to. */
export function met(value: Json | undefined): Node {
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
  const choices = (schema["oneOf"] ?? schema["anyOf"] ?? []) as Json[];
  // Inside of alternatives the mock server wants what is only for answers, too.
  const choice = choices.find((choice) => !needsReadOnly(met(choice))) ?? choices[0];
  if (choice !== undefined) return marked(schema, choice, sample(choice, depth));
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

/** An alternative with the name by which it is told from the others. */
function marked(schema: Node, choice: Json, value: Json): Json {
  const discriminator = met(schema["discriminator"]);
  const key = discriminator["propertyName"];
  if (typeof key !== "string" || value === null || typeof value !== "object" || Array.isArray(value)) return value;
  const reference = String((choice as Node)["$ref"]);
  const mapped = Object.entries(met(discriminator["mapping"])).find(([, to]) => to === reference);
  return { ...value, [key]: mapped?.[0] ?? reference.split("/").at(-1) ?? null };
}

function needsReadOnly(schema: Node): boolean {
  const properties = met(schema["properties"]);
  return ((schema["required"] ?? []) as string[]).some((name) => met(properties[name])["readOnly"] === true);
}

function object(schema: Node, depth: number): Node {
  const required = (schema["required"] ?? []) as string[];
  const properties = Object.entries((schema["properties"] ?? {}) as Node).filter(([name, one]) => required.includes(name) && met(one)["readOnly"] !== true);
  return depth > 6 ? {} : Object.fromEntries(properties.map(([name, one]) => [name, sample(one, depth + 1)]));
}

/** A name without what spellings differ in. */
export const bare = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/** A request: what it needs, by bare names, and a body in a media type, if the operation takes one. */
export interface Asked {
  method: string;
  path: string;
  id: string;
  params: [string, Json][];
  /** Of the body, and how many the operation takes. */
  type?: string;
  types: number;
  isBinary: boolean;
  body?: Json;
}

/** The schemes of credentials: a name and a password, or else a token. */
export const schemes = Object.entries(met(met(document["components"])["securitySchemes"])).map(([name, one]) => {
  const isBasic = met(one)["type"] === "http" && String(met(one)["scheme"]).toLowerCase() === "basic";
  return { name, isBasic };
});

function asked(path: string, item: Node, method: string): Asked {
  const operation = met(item[method]);
  const id = typeof operation["operationId"] === "string" ? operation["operationId"] : `${method} ${path}`;
  const all = [item["parameters"], operation["parameters"]].flatMap((list) => (list ?? []) as Json[]).map(met);
  const params = all.filter((param) => param["required"] === true).map((param): [string, Json] => {
    const content = Object.values((param["content"] ?? {}) as Node)[0];
    const examples = Object.values((param["examples"] ?? {}) as Node)[0];
    return [bare(String(param["name"])), param["example"] ?? met(examples)["value"] ?? sample(met(content)["schema"] ?? param["schema"])];
  });
  const contents = Object.entries((met(operation["requestBody"])["content"] ?? {}) as Node);
  const [type, content] = contents.find(([type]) => /json|form|text/.test(type)) ?? contents[0] ?? [undefined, undefined];
  const shown = met(content)["example"] ?? met(Object.values((met(content)["examples"] ?? {}) as Node)[0])["value"];
  const isBinary = type !== undefined && !/json|form|text|xml/.test(type);
  const about = { method, path, id, params, types: contents.length, isBinary };
  return type === undefined ? about : { ...about, type, body: shown ?? sample(met(content)["schema"]) };
}

const METHODS = ["get", "put", "post", "delete", "patch", "head", "options"];

/** One for each operation. */
export const requests: Asked[] = Object.entries(met(document["paths"])).flatMap(([path, item]) =>
  METHODS.filter((method) => met(item)[method] !== undefined).map((method) => asked(path, met(item), method)),
);
