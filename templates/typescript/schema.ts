
// --------------------------------------------------------------------------------------------------------- schemas

type Schema = boolean | { readonly [keyword: string]: unknown };

/** A schema with an `$id`, or the whole: what references are relative to. */
interface Resource {
  readonly uri: string;
  readonly root: Schema;
  readonly anchors: Map<string, Schema>;
  readonly dynamic: Map<string, Schema>;
}

interface Program {
  readonly root: Resource;
  readonly byUri: Map<string, Resource>;
  readonly byRoot: Map<Schema, Resource>;
  readonly formats: boolean;
}

/** So many schemas may be open at a time, and be held against a value in all. */
const MOST_DEEP = 400;
const MOST_STEPS = 1_000_000;

/** What of an object or list the schema has spoken of (JSON Schema 2020-12 core, section 11). */
interface Seen {
  readonly keys: Set<string>;
  readonly items: Set<number>;
}

/** A schema held against a value. */
interface Hold {
  readonly run: { readonly program: Program; readonly scope: Resource[]; steps: number; depth: number };
  readonly schema: { readonly [keyword: string]: unknown };
  readonly resource: Resource;
  readonly value: unknown;
  readonly at: string;
  readonly faults: Fault[];
  readonly seen: Seen;
}

/** Rules that no type says, as a schema (JSON Schema 2020-12) whose references lead into itself. */
export function schema(root: unknown): Check {
  let program: Program | undefined;
  return (value, at, faults) => {
    program ??= indexed(root as Schema);
    const run = { program, scope: [], steps: 0, depth: 0 };
    held({ run, schema: {}, resource: program.root, value, at, faults, seen: unseen() }, root as Schema);
  };
}

const unseen = (): Seen => ({ keys: new Set(), items: new Set() });

/** Holds another schema against a value, by default against the same; says whether it is good. */
function held(from: Hold, schema: Schema, more: Partial<Hold> = {}): boolean {
  const { run } = from;
  const resource = run.program.byRoot.get(schema) ?? more.resource ?? from.resource;
  if (++run.steps > MOST_STEPS || run.depth >= MOST_DEEP) throw new RangeError("the value takes too long to check");
  if (schema === true) return true;
  const seen = unseen();
  const hold: Hold = { ...from, ...more, resource, seen, schema: schema === false ? {} : schema };
  if (schema === false) return fault(hold, "false", "must not be");
  const before = hold.faults.length;
  const enters = run.scope.at(-1) !== resource;
  if (enters) run.scope.push(resource);
  run.depth += 1;
  for (const keywords of [references, scalars, objects, lists, together]) keywords(hold);
  let good = hold.faults.length === before;
  // What was spoken of is not known when something is wrong.
  if (good) leftOver(hold);
  run.depth -= 1;
  if (enters) run.scope.pop();
  good &&= hold.faults.length === before;
  // Of a value inside, nothing is said of this one.
  if (good && !("value" in more)) {
    for (const key of seen.keys) from.seen.keys.add(key);
    for (const item of seen.items) from.seen.items.add(item);
  }
  return good;
}

/** The same, without telling what is wrong. */
const quietly = (from: Hold, schema: Schema, more: Partial<Hold> = {}): boolean => held(from, schema, { ...more, faults: [] });

function inside(from: Hold, schema: Schema, key: string | number, value: unknown): void {
  const at = below(from.at, key);
  if (schema === false) from.faults.push(wrong(at, typeof key === "number" ? "items" : "additionalProperties", "is not known"));
  else held(from, schema, { value, at });
}

function fault(hold: Hold, code: string, detail: string): false {
  hold.faults.push(wrong(hold.at, code, detail));
  return false;
}

function references(hold: Hold): void {
  const { run, schema, resource } = hold;
  for (const word of ["$ref", "$dynamicRef"]) {
    const reference = schema[word];
    if (typeof reference !== "string") continue;
    let [target, within] = found(run.program, resource, reference);
    const name = reference.split("#")[1] ?? "";
    if (word === "$dynamicRef" && within.dynamic.get(name) === target) {
      // The outermost on the way here (core, section 8.2.3.2).
      within = run.scope.find((one) => one.dynamic.has(name)) ?? within;
      target = within.dynamic.get(name) ?? target;
    }
    held(hold, target, { resource: within });
  }
}

function scalars(hold: Hold): void {
  const { schema, value } = hold;
  const is = (word: string, bad: (limit: number) => boolean, detail: string) => {
    const limit = schema[word];
    if (typeof limit === "number" && bad(limit)) fault(hold, word, `${detail} ${limit}`);
  };
  if (schema["type"] !== undefined && ![schema["type"]].flat().some((type) => isOf(type, value))) {
    fault(hold, "type", `is no ${[schema["type"]].flat().join(" or ")}`);
  }
  if (Array.isArray(schema["enum"])) listed(schema["enum"], value, hold.at, hold.faults);
  if ("const" in schema && !same(schema["const"], value)) fault(hold, "const", `is not ${JSON.stringify(schema["const"])}`);
  if (typeof value === "number" || typeof value === "bigint") {
    is("minimum", (limit) => value < limit, "is less than");
    is("maximum", (limit) => value > limit, "is more than");
    is("exclusiveMinimum", (limit) => value <= limit, "is not above");
    is("exclusiveMaximum", (limit) => value >= limit, "is not below");
    is("multipleOf", (limit) => !divides(Number(value), limit), "is no multiple of");
  }
  if (typeof value === "string") {
    const length = Array.from(value).length;
    is("minLength", (limit) => length < limit, "is shorter than");
    is("maxLength", (limit) => length > limit, "is longer than");
    const { pattern, format } = schema;
    if (typeof pattern === "string" && expression(pattern)?.test(value) === false) fault(hold, "pattern", `does not match ${pattern}`);
    if (hold.run.program.formats && typeof format === "string" && FORMATS[format]?.test(value) === false) fault(hold, "format", `is no ${format}`);
  }
}

function isOf(type: unknown, value: unknown): boolean {
  if (type === "integer") return typeof value === "bigint" || Number.isInteger(value);
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isObject(value);
  return type === (value === null ? "null" : typeof value === "bigint" ? "number" : typeof value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const entries = (of: unknown): [string, unknown][] => (isObject(of) ? Object.entries(of).filter(([, one]) => one !== undefined) : []);

function objects(hold: Hold): void {
  const { schema, value, seen } = hold;
  if (!isObject(value)) return;
  const all = entries(value);
  const has = (key: string) => Object.hasOwn(value, key) && value[key] !== undefined;
  const names = (of: unknown) => (Array.isArray(of) ? (of as string[]) : []);
  const { minProperties: least, maxProperties: most } = schema;
  if (typeof least === "number" && all.length < least) fault(hold, "minProperties", `has fewer than ${least} keys`);
  if (typeof most === "number" && all.length > most) fault(hold, "maxProperties", `has more than ${most} keys`);
  const wanted = names(schema["required"]).map((key) => [key, "required"]);
  for (const [key, more] of entries(schema["dependentRequired"])) {
    if (has(key)) wanted.push(...names(more).map((name) => [name, "dependentRequired"]));
  }
  for (const [key = "", code = ""] of wanted) if (!has(key)) hold.faults.push(wrong(below(hold.at, key), code, "is missing"));
  for (const [key, inner] of entries(schema["dependentSchemas"])) if (has(key)) held(hold, inner as Schema);
  const patterns = entries(schema["patternProperties"]).map(([pattern, inner]) => [expression(pattern), inner as Schema] as const);
  const [named, others, keys] = [schema["properties"], schema["additionalProperties"], schema["propertyNames"]];
  for (const [key, one] of all) {
    const own = isObject(named) && Object.hasOwn(named, key) ? [named[key] as Schema] : [];
    const known = [...own, ...patterns.filter(([pattern]) => pattern?.test(key) !== false).map(([, inner]) => inner)];
    if (known.length === 0 && others !== undefined) known.push(others as Schema);
    for (const inner of known) inside(hold, inner, key, one);
    if (known.length > 0) seen.keys.add(key);
    if (keys !== undefined && !quietly(hold, keys as Schema, { value: key })) hold.faults.push(wrong(below(hold.at, key), "propertyNames", "is no name that it may have"));
  }
}

function lists(hold: Hold): void {
  const { schema, value, seen } = hold;
  if (!Array.isArray(value)) return;
  const { minItems: least, maxItems: most, prefixItems, items, contains, minContains, maxContains } = schema;
  if (typeof least === "number" && value.length < least) fault(hold, "minItems", `has fewer than ${least} items`);
  if (typeof most === "number" && value.length > most) fault(hold, "maxItems", `has more than ${most} items`);
  if (schema["uniqueItems"] === true && repeats(value)) fault(hold, "uniqueItems", "has an item twice");
  const first = Array.isArray(prefixItems) ? (prefixItems as Schema[]) : [];
  value.forEach((one, n) => {
    const inner = first[n] ?? (items as Schema | undefined);
    if (inner === undefined) return;
    inside(hold, inner, n, one);
    seen.items.add(n);
  });
  if (contains === undefined) return;
  const fitting = value.flatMap((one, n) => (quietly(hold, contains as Schema, { value: one }) ? [n] : []));
  fitting.forEach((n) => seen.items.add(n));
  const [few, many] = [minContains ?? 1, maxContains ?? Infinity] as [number, number];
  if (fitting.length < few) fault(hold, "contains", `has fewer than ${few} items of a kind`);
  if (fitting.length > many) fault(hold, "maxContains", `has more than ${many} items of a kind`);
}

function together(hold: Hold): void {
  const { schema } = hold;
  const some = (word: string) => schema[word] as readonly Schema[] | undefined;
  for (const inner of some("allOf") ?? []) held(hold, inner);
  const any = some("anyOf");
  // All of them are tried: each may speak of other keys.
  if (any !== undefined && any.filter((inner) => quietly(hold, inner)).length === 0) fault(hold, "anyOf", "is as none of the alternatives say");
  const fitting = some("oneOf")?.filter((inner) => quietly(hold, inner)).length ?? 1;
  if (fitting !== 1) fault(hold, "oneOf", `is as ${fitting === 0 ? "none" : "more than one"} of the alternatives say`);
  const no = schema["not"] as Schema | undefined;
  if (no !== undefined && quietly({ ...hold, seen: unseen() }, no)) fault(hold, "not", "is what the schema rules out");
  if (schema["if"] === undefined) return;
  const next = schema[quietly(hold, schema["if"] as Schema) ? "then" : "else"] as Schema | undefined;
  if (next !== undefined) held(hold, next);
}

function leftOver(hold: Hold): void {
  const { schema, value, seen } = hold;
  const { unevaluatedItems: items, unevaluatedProperties: properties } = schema;
  if (properties !== undefined) {
    for (const [key, one] of entries(value)) {
      if (!seen.keys.has(key)) inside(hold, properties as Schema, key, one);
      seen.keys.add(key);
    }
  }
  if (items !== undefined && Array.isArray(value)) {
    value.forEach((one, n) => {
      if (!seen.items.has(n)) inside(hold, items as Schema, n, one);
      seen.items.add(n);
    });
  }
}

/** Relative ones are relative to this, where a schema has no address of its own. */
const NOWHERE = "schema:///";

/** Keywords that hold a schema, a list or a map of them. */
const HOLDERS = [
  ["additionalProperties", "propertyNames", "items", "contains", "not", "if", "then", "else", "unevaluatedItems", "unevaluatedProperties", "contentSchema"],
  ["prefixItems", "allOf", "anyOf", "oneOf"],
  ["properties", "patternProperties", "dependentSchemas", "$defs", "definitions"],
] as const;

/** Finds every address inside of a schema. */
function indexed(root: Schema): Program {
  const resource = (uri: string, root: Schema): Resource => ({ uri, root, anchors: new Map(), dynamic: new Map() });
  const whole = resource(NOWHERE, root);
  const vocabulary = typeof root === "object" ? root["$vocabulary"] : undefined;
  const formats = isObject(vocabulary) && Object.keys(vocabulary).some((uri) => uri.endsWith("/format-assertion"));
  const program: Program = { root: whole, byUri: new Map([[NOWHERE, whole]]), byRoot: new Map([[root, whole]]), formats };
  const visit = (schema: unknown, around: Resource): void => {
    if (!isObject(schema)) return;
    let own = around;
    const { $id: id, $anchor: anchor, $dynamicAnchor: dynamic } = schema;
    if (typeof id === "string" && URL.canParse(id, around.uri)) {
      own = resource(absolute(id, around), schema);
      program.byUri.set(own.uri, own);
      program.byRoot.set(schema, own);
    }
    if (typeof anchor === "string") own.anchors.set(anchor, schema);
    if (typeof dynamic === "string") own.anchors.set(dynamic, schema), own.dynamic.set(dynamic, schema);
    const [ones, many, maps] = HOLDERS;
    for (const word of ones) visit(schema[word], own);
    for (const word of many) if (Array.isArray(schema[word])) (schema[word] as unknown[]).forEach((inner) => visit(inner, own));
    for (const word of maps) for (const [, inner] of entries(schema[word])) visit(inner, own);
  };
  visit(root, whole);
  return program;
}

const absolute = (reference: string, from: Resource): string => new URL(reference, from.uri).href.replace(/#.*$/, "");

/** What a reference leads to, and the resource that it lies in; what leads nowhere allows all. */
function found(program: Program, from: Resource, reference: string): [Schema, Resource] {
  const [uri = "", fragment = ""] = reference.split("#");
  const resource = uri === "" ? from : URL.canParse(uri, from.uri) ? program.byUri.get(absolute(uri, from)) : undefined;
  if (resource === undefined) return [true, from];
  const name = decodeURIComponent(fragment);
  if (name === "") return [resource.root, resource];
  if (!name.startsWith("/")) return [resource.anchors.get(name) ?? true, resource];
  let [at, within]: [unknown, Resource] = [resource.root, resource];
  for (const step of name.slice(1).split("/").map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))) {
    at = typeof at === "object" && at !== null && Object.hasOwn(at, step) ? (at as Record<string, unknown>)[step] : true;
    within = program.byRoot.get(at as Schema) ?? within;
  }
  return [at as Schema, within];
}
