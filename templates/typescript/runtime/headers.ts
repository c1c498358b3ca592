
// ---------------------------------------------------------------------------------------------------------- headers

/** How a scalar of a header is read; `exact`: integers as `bigint` where a number cannot hold them. */
export type HeaderScalar = "text" | "number" | "exact" | "boolean" | "json";

/** What a header holds (OpenAPI, style `simple`). */
export type HeaderSpec = { readonly name: string; readonly required?: true } & (
  | { readonly as: HeaderScalar }
  | { readonly list: HeaderScalar }
  | { readonly map: HeaderScalar; readonly explode?: true }
  | { readonly object: Readonly<Record<string, HeaderScalar>>; readonly explode?: true }
);

/** The headers of an answer as the document describes those of its status; each is read when it is asked for. */
export function typedHeaders<T>(
  operation: string,
  answer: { readonly status: number; readonly headers: Headers },
  all: Readonly<Record<string, Readonly<Record<string, HeaderSpec>>>>,
): T {
  const { status, headers } = answer;
  const key = [String(status), `${Math.floor(status / 100)}XX`, "default"].find((key) => Object.hasOwn(all, key));
  const out: object = {};
  for (const [name, spec] of Object.entries((key === undefined ? undefined : all[key]) ?? {})) {
    const get = () => {
      try {
        return headerValue(spec, headers.get(spec.name));
      } catch (cause) {
        // No text of it: it may be a secret.
        const why = cause instanceof Unwritable ? cause.message : "is no JSON";
        throw failure("decode", operation, `the header \`${spec.name}\` ${why}`, { status, headers });
      }
    };
    Object.defineProperty(out, name, { get, enumerable: true });
  }
  return out as T;
}

function headerValue(spec: HeaderSpec, text: string | null): unknown {
  if (text === null) {
    if (spec.required === true) throw new Unwritable("is missing");
    return undefined;
  }
  if ("as" in spec) return headerScalar(spec.as, text);
  const items = text === "" ? [] : text.split(",").map((item) => item.trim());
  if ("list" in spec) return items.map((item) => headerScalar(spec.list, item));
  const pair = (n: number): [string, string] => {
    const [item = "", next = ""] = [items[n], items[n + 1]];
    const at = item.indexOf("=");
    return spec.explode === true ? [at < 0 ? item : item.slice(0, at), at < 0 ? "" : item.slice(at + 1)] : [item, next];
  };
  const pairs = items.map((_, n) => n).filter((n) => spec.explode === true || n % 2 === 0).map(pair);
  const scalar = (name: string) => ("map" in spec ? spec.map : Object.hasOwn(spec.object, name) ? (spec.object[name] ?? "text") : "text");
  return Object.fromEntries(pairs.map(([name, value]) => [name, headerScalar(scalar(name), value)]));
}

function headerScalar(as: HeaderScalar, text: string): unknown {
  if (as === "text") return text;
  if (as === "json") return JSON.parse(text) as unknown;
  if (as === "boolean") {
    if (text !== "true" && text !== "false") throw new Unwritable("is neither true nor false");
    return text === "true";
  }
  if (!/^[+-]?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?$/i.test(text)) throw new Unwritable("is no number");
  const number = Number(text);
  return as === "exact" && Number.isInteger(number) && !Number.isSafeInteger(number) && /^[+-]?[0-9]+$/.test(text) ? BigInt(text.replace("+", "")) : number;
}
