
// ---------------------------------------------------------------------------------------------------------- streams

/** Values of a request's body that go one after the other: a list is sent as a whole, what comes over time as it comes. */
export type Sent<T> = Iterable<T> | AsyncIterable<T>;

/** So many characters an item of a stream may have. */
const ITEM = 16 * 1024 * 1024;

function sent(values: unknown, operation: string, print: (value: unknown) => string, end = ""): BodyInit {
  const item = (value: unknown) => refusing(operation, () => print(value));
  if (typeof values === "object" && values !== null && Symbol.iterator in values) {
    return Array.from(values as Iterable<unknown>, item).join("") + end;
  }
  async function* chunks(): AsyncGenerator<Uint8Array, void, void> {
    const encoder = new TextEncoder();
    for await (const value of values as AsyncIterable<unknown>) yield encoder.encode(item(value));
    if (end !== "") yield encoder.encode(end);
  }
  return streamOf(chunks());
}

/** Text that comes in pieces, as pieces that end where the pattern is. */
async function* split(answer: Incoming, at: RegExp): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  for await (const chunk of answer.chunks()) {
    try {
      rest += decoder.decode(chunk, { stream: true });
    } catch (error) {
      throw answer.fail("the stream is not UTF-8", error);
    }
    const pieces = rest.split(at);
    rest = pieces.pop() ?? "";
    if (rest.length > ITEM) throw answer.fail(`an item is longer than ${ITEM} characters`);
    yield* pieces;
  }
  if (rest !== "") yield rest;
}

async function* items(answer: Incoming, at: RegExp, parse: (text: string) => unknown): AsyncGenerator<unknown, void, void> {
  for await (const piece of split(answer, at)) {
    if (piece.trim() === "") continue;
    try {
      yield parse(piece);
    } catch (error) {
      throw error instanceof CallError ? error : answer.fail("an item is no JSON", error);
    }
  }
}

const parse = (text: string): unknown => JSON.parse(text);

/** JSON Lines. */
export const lines: Codec = {
  write: (values, type, operation) => ({ body: sent(values, operation, (value) => `${stringify(value)}\n`), contentType: type }),
  read: async (answer) => items(answer, /\r?\n/, parse),
  stream: true,
};

/** JSON text sequences (RFC 7464). */
export const sequence: Codec = {
  write: (values, type, operation) => ({ body: sent(values, operation, (value) => `\u001e${stringify(value)}\n`), contentType: type }),
  read: async (answer) => items(answer, /\u001e/, parse),
  stream: true,
};

/** A server-sent event. */
export interface Event<T = string> {
  readonly event?: string;
  readonly id?: string;
  readonly retry?: number;
  readonly data: T;
}

/** What the schema of a stream of events is about: the data (JSON), or the whole event; with the names of events whose data is JSON. */
export type EventData = "text" | "data" | { readonly json: readonly string[] | true };

/** `text/event-stream` (WHATWG HTML, "Server-sent events"). */
export function events(about: EventData = "text"): Codec {
  const isJson = (name: string | undefined) =>
    about === "data" || (typeof about === "object" && (about.json === true || about.json.includes(name ?? "message")));
  const print = (value: unknown) => {
    const { event, id, retry, data } = value as Event<unknown>;
    if (/[\r\n]/.test(`${event ?? ""}${id ?? ""}`)) throw new Unwritable("the name or id of an event has a line break");
    const said = isJson(event) ? stringify(data) : String(data);
    const head = `${event === undefined ? "" : `event: ${event}\n`}${id === undefined ? "" : `id: ${id}\n`}`;
    const body = said.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`).join("");
    return `${head}${retry === undefined ? "" : `retry: ${retry}\n`}${body}\n`;
  };
  return {
    write: (values, type, operation) => ({ body: sent(values, operation, print), contentType: type }),
    read: async (answer) => received(answer, isJson),
    stream: true,
  };
}

async function* received(answer: Incoming, isJson: (name: string | undefined) => boolean): AsyncGenerator<Event<unknown>, void, void> {
  let event: { event?: string; id?: string; retry?: number } = {};
  let data: string[] = [];
  // A line may end in `\r`, of which a `\n` may follow in the next chunk: what is empty then does no harm before data.
  for await (const line of split(answer, /\r\n|\n|\r(?!$)/)) {
    const [, name, value] = /^([^:]*)(?::\u0020?([^]*))?$/.exec(line.replace(/\r$/, "")) ?? [];
    if (line === "" || line === "\r") {
      if (data.length > 0) yield { ...event, data: told(answer, data.join("\n"), isJson(event.event)) };
      event = {};
      data = [];
    } else if (name === "data") data.push(value ?? "");
    else if (name === "event") event.event = value ?? "";
    else if (name === "id" && value?.includes("\0") !== true) event.id = value ?? "";
    else if (name === "retry" && /^[0-9]+$/.test(value ?? "")) event.retry = Number(value);
  }
}

function told(answer: Incoming, data: string, isJson: boolean): unknown {
  try {
    return isJson ? JSON.parse(data) : data;
  } catch (error) {
    throw answer.fail("the data of an event is no JSON", error);
  }
}

/** A part of a body of several. */
export interface MixedPart {
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

/** `multipart/mixed` and its like (RFC 2046, section 5.1): of JSON, or of any parts. */
export function mixed(of: "json" | "parts"): Codec {
  return {
    write: (values, type, operation) => {
      const boundary = crypto.randomUUID();
      const print = (value: unknown) => `--${boundary}\r\ncontent-type: application/json\r\n\r\n${stringify(value)}\r\n`;
      const contentType = `${type.split(";")[0]}; boundary=${boundary}`;
      if (of === "json") return { body: sent(values, operation, print, `--${boundary}--\r\n`), contentType };
      const parts = Array.from(values as Iterable<Upload>, (value) => file("part", value, undefined));
      const all = parts.flatMap(([, data, kind]): BlobPart[] => [`--${boundary}\r\ncontent-type: ${kind}\r\n\r\n`, data, "\r\n"]);
      return { body: new Blob([...all, `--${boundary}--\r\n`]), contentType };
    },
    read: async (answer) => {
      const type = answer.response.headers.get("content-type") ?? "";
      const boundary = /boundary\s*=\s*(?:"([^"]+)"|([^;\s]+))/i.exec(type);
      const mark = boundary?.[1] ?? boundary?.[2];
      if (mark === undefined) throw answer.fail("the content type names no boundary");
      return parted(answer, mark, of);
    },
    stream: true,
  };
}

async function* parted(answer: Incoming, boundary: string, of: "json" | "parts"): AsyncGenerator<unknown, void, void> {
  const mark = new TextEncoder().encode(`\r\n--${boundary}`);
  // The first boundary may have no line before it.
  let rest: Uint8Array = new Uint8Array([13, 10]);
  let first = true;
  for await (const chunk of answer.chunks()) {
    rest = concat([rest, chunk]);
    for (let at = find(rest, mark); at >= 0; at = find(rest, mark)) {
      const after = at + mark.length;
      if (rest.length < after + 2) break;
      if (!first) yield opened(answer, rest.subarray(0, at), of);
      if (rest[after] === 45 && rest[after + 1] === 45) return;
      first = false;
      rest = rest.subarray(after);
    }
    if (rest.length > ITEM) throw answer.fail(`a part is longer than ${ITEM} bytes`);
  }
  throw answer.fail("the last boundary is missing");
}

/** A part, from the end of its boundary on. */
function opened(answer: Incoming, part: Uint8Array, of: "json" | "parts"): unknown {
  const end = find(part, new Uint8Array([13, 10, 13, 10]));
  if (end < 0) throw answer.fail("a part has no end of its head");
  const bytes = part.slice(end + 4);
  if (of === "json") return told(answer, answer.decoded(bytes, "utf-8"), true);
  const headers = new Headers();
  for (const line of new TextDecoder().decode(part.subarray(0, end)).split("\r\n")) {
    const at = line.indexOf(":");
    try {
      if (at > 0) headers.append(line.slice(0, at).trim(), line.slice(at + 1).trim());
    } catch (error) {
      throw answer.fail("a part has a header that is none", error);
    }
  }
  return { headers, bytes } satisfies MixedPart;
}

function find(bytes: Uint8Array, mark: Uint8Array): number {
  const [first] = mark;
  if (first === undefined) return -1;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (mark.every((byte, n) => bytes[at + n] === byte)) return at;
  }
  return -1;
}
