
// ------------------------------------------------------------------------------------------------------- parameters

/** Where a parameter is and how it is spelled (OpenAPI 3.2, "Style Values"). */
export interface Param {
  readonly in: "path" | "query" | "querystring" | "header" | "cookie";
  /** On the wire, when it is not the argument's. */
  readonly name?: string;
  readonly style?: Style;
  readonly explode?: boolean;
  /** `allowReserved` */
  readonly reserved?: boolean;
}

/** The last three are of parameters with `content`. */
export type Style =
  | "simple"
  | "label"
  | "matrix"
  | "form"
  | "spaceDelimited"
  | "pipeDelimited"
  | "deepObject"
  | "cookie"
  | "json"
  | "urlencoded"
  | "text";

/** What a style writes around the parts of a value (RFC 6570, appendix A). */
interface Row {
  readonly first: string;
  readonly between: string;
  readonly pair: string;
  readonly named: "no" | "once" | "each";
  /** After the name of an empty text. */
  readonly empty: string;
  /** Where a text comes apart. */
  readonly delimiter?: string;
}

const row = (first: string, between: string, pair: string, named: Row["named"], empty: string, delimiter?: string): Row =>
  delimiter === undefined ? { first, between, pair, named, empty } : { first, between, pair, named, empty, delimiter };

const FORM = row("", "&", "=", "each", "=");
/** Joined, and exploded. */
const ROWS: Readonly<Record<string, readonly [Row, Row]>> = {
  simple: [row("", ",", ",", "no", "", ","), row("", ",", "=", "no", "", ",")],
  label: [row(".", ",", ",", "no", "", ","), row(".", ".", "=", "no", "", ".")],
  matrix: [row(";", ",", ",", "once", "", ","), row(";", ";", "=", "each", "")],
  form: [row("", ",", ",", "once", "=", ","), FORM],
  spaceDelimited: [row("", "%20", "%20", "once", "=", " "), FORM],
  pipeDelimited: [row("", "%7C", "%7C", "once", "=", "|"), FORM],
  cookie: [row("", ",", ",", "once", "=", ","), row("", "; ", "=", "each", "=")],
};

const USUAL: Readonly<Record<Param["in"], Style>> = {
  path: "simple",
  query: "form",
  querystring: "urlencoded",
  header: "simple",
  cookie: "form",
};

/** Why a value has no spelling. */
export class Unwritable extends Error {}

/** Fills the path, the query, headers and cookies. */
function address(call: Call, args: Args, headers: Headers): URL {
  const { client, operation, options } = call;
  const queries: string[] = [];
  const cookies: string[] = [];
  const segments = new Map<string, string>();
  for (const [key, param] of Object.entries(operation.params ?? {})) {
    const name = param.name ?? key;
    const text = spelled(operation.id, key, { ...param, name }, Object.hasOwn(args, key) ? args[key] : undefined);
    if (text === undefined) continue;
    if (param.in === "path") segments.set(name, text);
    else if (param.in === "header") put(operation.id, headers, name, text);
    else if (param.in === "cookie") cookies.push(text);
    else if (text !== "" || param.in !== "querystring") queries.push(text);
  }
  const path = operation.path.replace(/\{([^{}]*)\}/g, (_, name: string) => {
    const text = segments.get(name);
    // A segment of dots would lead to another path (RFC 3986, section 5.2.4), escaped or not.
    if (text === undefined) throw failure("request", operation.id, `the path has no value for \`${name}\``);
    return text;
  });
  if (path.split("/").some((part) => /^(\.|%2e){1,2}$/i.test(part))) {
    throw failure("request", operation.id, "a part of the path is `.` or `..`, which leads elsewhere");
  }
  if (cookies.length > 0) cookie(operation.id, headers, cookies);
  const base = options.baseUrl ?? client.baseUrl;
  const url = joined(operation, base, path, queries);
  if (options.at === undefined) return url;
  const other = URL.canParse(options.at, url) ? new URL(options.at, url) : undefined;
  // Elsewhere, credentials would come into the wrong hands.
  if (other?.origin !== url.origin) throw failure("request", operation.id, "the next page is on another server");
  return other;
}

function joined(operation: Operation, base: string, path: string, queries: readonly string[]): URL {
  const page = (globalThis as { location?: { href: string } }).location?.href;
  try {
    let url = page === undefined ? new URL(base) : new URL(base, page);
    if (operation.server !== undefined) url = new URL(operation.server, url);
    const query = [url.search.slice(1), ...queries].filter((part) => part !== "").join("&");
    const prefix = `${url.protocol}//${url.username === "" ? "" : `${url.username}@`}${url.host}${url.pathname.replace(/\/+$/, "")}`;
    return new URL(`${prefix}${path}${query === "" ? "" : `?${query}`}`);
  } catch {
    throw failure("request", operation.id, "the base URL is none, or a relative one without a page");
  }
}

/** Browsers let no script set cookies; better to say so than to leave them out. */
function cookie(operation: string, headers: Headers, cookies: readonly string[]): void {
  put(operation, headers, "cookie", [headers.get("cookie"), ...cookies].filter((part) => part !== null).join("; "));
  const probe = new Request("http://localhost", { headers: { cookie: "a=b" } });
  if (!probe.headers.has("cookie")) {
    throw failure("request", operation, "a cookie is needed, and browsers let no script send one of its own");
  }
}

function spelled(operation: string, key: string, param: Param & { name: string }, value: unknown): string | undefined {
  try {
    return encode(param, value);
  } catch (error) {
    const why = error instanceof Unwritable ? error.message : "it cannot be written as JSON";
    throw failure("request", operation, `\`${key}\` cannot be sent: ${why}`);
  }
}

/** Writes a parameter: `blue` in a path, `color=blue` in a query. `undefined` if there is nothing to write. */
export function encode(param: Param & { name: string }, value: unknown): string | undefined {
  const given = plain(value);
  if (given === undefined || given === null) return undefined;
  const style = param.style ?? USUAL[param.in];
  const explode = param.explode ?? (style === "form" || style === "cookie");
  const writer = new Writer(param, style, ROWS[style]?.[explode ? 1 : 0] ?? FORM);
  if (style === "json") return writer.content(stringify(given));
  if (style === "text") return writer.content(scalar(given));
  if (style === "urlencoded") return writer.urlencoded(given);
  if (style === "deepObject" && typeof given === "object") return writer.deep(given);
  return writer.value(given);
}

/** What JSON makes of a value: dates are text, what is undefined is not there. */
function plain(value: unknown): unknown {
  const json = (value as { toJSON?: () => unknown } | null | undefined)?.toJSON;
  return typeof json === "function" ? json.call(value) : value;
}

function entriesOf(value: object): [string, unknown][] {
  const entries = Object.entries(value).map(([key, one]): [string, unknown] => [key, plain(one)]);
  return entries.filter(([, one]) => one !== undefined && one !== null);
}

function scalar(value: unknown): string {
  if (value === null || value === undefined) throw new Unwritable("a list has no spelling for `null`");
  if (typeof value === "object") throw new Unwritable("this style has no spelling for a list or an object inside another one");
  return String(value);
}

/** Percent escapes all but unreserved characters (RFC 3986, section 2.3) and these. */
function escapeText(text: string, keep: string): string {
  let out = "";
  for (const byte of new TextEncoder().encode(text)) {
    const letter = String.fromCharCode(byte);
    out += /[A-Za-z0-9\-._~]/.test(letter) || keep.includes(letter) ? letter : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return out;
}

const pair = (name: string, value: string, empty: string) => (value === "" ? name + empty : `${name}=${value}`);

class Writer {
  private readonly param: Param & { name: string };
  private readonly row: Row;
  private readonly delimiter: string | undefined;
  private readonly bare: boolean;
  private readonly name: string;

  constructor(param: Param & { name: string }, style: Style, row: Row) {
    this.param = param;
    this.row = row;
    this.delimiter = row.delimiter;
    this.bare = param.in === "header" || style === "cookie";
    this.name = this.bare || param.in === "cookie" ? param.name : escapeText(param.name, "");
  }

  value(value: unknown): string | undefined {
    const { row } = this;
    if (Array.isArray(value)) return row.first + this.list(this.name, value);
    if (typeof value === "object" && value !== null) {
      const entries = entriesOf(value);
      if (entries.length === 0 && row.first === "" && row.named === "each") return undefined;
      return row.first + this.object(entries);
    }
    const text = this.piece(scalar(value), false);
    return row.first + (row.named === "no" ? text : pair(this.name, text, row.empty));
  }

  private list(name: string, items: readonly unknown[]): string {
    const { between, named, empty } = this.row;
    const texts = items.map((item) => this.piece(scalar(plain(item)), true));
    if (texts.length === 1 && texts[0] === "") throw new Unwritable("a list of a single empty text looks like an empty list");
    if (named === "no") return texts.join(between);
    if (named === "each" && texts.length > 0) return texts.map((text) => pair(name, text, empty)).join(between);
    return pair(name, texts.join(between), empty);
  }

  object(entries: readonly [string, unknown][]): string {
    const { between, named, empty } = this.row;
    const pairs = entries.map(([key, value]) => {
      const name = this.piece(key, true);
      if (name.includes("=")) throw new Unwritable("a key has a `=`, which nothing escapes here");
      // What a form repeats is a list.
      if (named === "each" && Array.isArray(value)) return this.list(name, value);
      const text = this.piece(scalar(value), true);
      return named === "each" ? pair(name, text, empty) : name + this.row.pair + text;
    });
    const text = pairs.join(between);
    return named === "once" || (named === "each" && pairs.length === 0) ? pair(this.name, text, empty) : text;
  }

  content(text: string): string {
    const value = this.piece(text, false);
    const whole = ["querystring", "path", "header"].includes(this.param.in);
    return whole ? value : pair(this.name, value, "=");
  }

  urlencoded(value: unknown): string {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new Unwritable("only an object can be written as a form");
    }
    const entries = entriesOf(value);
    const form = entries.length === 0 ? "" : new Writer({ in: "query", name: "" }, "form", FORM).object(entries);
    return this.param.in === "querystring" ? form : this.content(form);
  }

  deep(value: object): string | undefined {
    const pairs: string[] = [];
    this.nest(value, this.name, pairs);
    return pairs.length === 0 ? undefined : pairs.join("&");
  }

  private nest(value: unknown, name: string, pairs: string[]): void {
    if (Array.isArray(value)) {
      if (value.length === 0) pairs.push(`${name}=`);
      value.forEach((item, at) => this.nest(plain(item), `${name}%5B${at}%5D`, pairs));
    } else if (typeof value === "object" && value !== null) {
      const entries = entriesOf(value);
      if (entries.length === 0 && name !== this.name) throw new Unwritable("an empty object inside another one has no pairs");
      for (const [key, inner] of entries) {
        if (key === "" || /[[\]]/.test(key)) throw new Unwritable("a key is empty or has a bracket");
        this.nest(inner, `${name}%5B${this.piece(key, true)}%5D`, pairs);
      }
    } else {
      pairs.push(pair(name, this.piece(scalar(value), true), "="));
    }
  }

  /** Writes a text, or refuses what would come apart or change where nothing is escaped. */
  private piece(text: string, inside: boolean): string {
    const by = inside ? this.delimiter : undefined;
    if (this.bare) return this.unescaped(text, by);
    if (by !== undefined && " |".includes(by) && text.includes(by)) {
      throw new Unwritable(`an item has a \`${by}\`, which is the delimiter, escaped or not`);
    }
    // `allowReserved` (RFC 3986, section 2.2), without what ends the value.
    const keep = this.param.reserved !== true ? "" : this.param.in === "query" ? ":/?@!$'()*;" : ":@!$'()*";
    const escaped = escapeText(text, keep);
    // A dot needs no escape in a URL, but it may have one.
    return by === "." ? escaped.replaceAll(".", "%2E") : escaped;
  }

  private unescaped(text: string, by: string | undefined): string {
    // RFC 6265, section 4.1.1; RFC 9110, section 5.5
    const isCookie = this.param.in === "cookie";
    const wrong = isCookie ? /[^\x21-\x7e]|["\\;]/ : /[\u0000-\u001f\u007f-\u009f\ufffd]/;
    if (wrong.test(text) || (by !== undefined && text.includes(by)) || text.trim() !== text) {
      throw new Unwritable("there is a character that nothing escapes here");
    }
    return isCookie ? text : latin(text);
  }
}

/** Headers travel as bytes, which `fetch` takes as letters of the same number. */
function latin(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}
