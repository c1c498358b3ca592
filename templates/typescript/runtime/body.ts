
// ----------------------------------------------------------------------------------------------------------- bodies

/** How a body of a media type is written and read. */
export interface Codec {
  write(value: unknown, type: string, operation: string): Written;
  read(answer: Incoming): Promise<unknown>;
  /** Whether what is read goes on after the call. */
  readonly stream?: boolean;
}

/** A body and its media type; none when the body says it itself. */
export interface Written {
  readonly body: BodyInit;
  readonly contentType?: string | undefined;
}

/** Bytes, in one piece or in several. */
export type Binary = Blob | BufferSource | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** A file of a form. */
export type Upload =
  | Blob
  | BufferSource
  | { readonly data: Blob | BufferSource; readonly filename?: string; readonly contentType?: string; readonly headers?: HeadersInit };

/** An operation of a JSON Patch (RFC 6902). */
export type PatchOperation =
  | { op: "add" | "replace" | "test"; path: string; value: unknown }
  | { op: "remove"; path: string }
  | { op: "move" | "copy"; path: string; from: string };

/** A JSON Patch (RFC 6902). */
export type JsonPatch = PatchOperation[];

declare const brand: unique symbol;

/** A text of a format. */
export type Brand<Format extends string> = string & { readonly [brand]: Format };

/** An integer of 64 bits: a `bigint` where a number is not exact. */
export type Int64 = number | bigint;

/** An answer's body as it comes. */
export class Incoming {
  readonly response: Response;
  private readonly operation: string;
  private readonly watch: Watch;
  private readonly limit: number;
  /** The client's. */
  readonly parseYaml: ((text: string) => unknown) | undefined;
  private kept: Uint8Array[] = [];
  private size = 0;

  constructor(operation: string, response: Response, watch: Watch, limit: number, parseYaml?: (text: string) => unknown) {
    this.operation = operation;
    this.response = response;
    this.watch = watch;
    this.limit = limit;
    this.parseYaml = parseYaml;
  }

  /** The chunks, each within the time of the call. Whoever stops asking ends the answer. */
  async *chunks(keep = KEPT): AsyncGenerator<Uint8Array, void, void> {
    const reader = this.response.body?.getReader();
    let whole = false;
    try {
      for (;;) {
        const next = reader === undefined ? undefined : await this.watch.race(reader.read());
        if (next === undefined || next.done) break;
        if (this.size < keep) this.kept.push(next.value);
        this.size += next.value.length;
        // The time of whoever reads is their own.
        this.watch.pause();
        yield next.value;
        this.watch.wind();
      }
      whole = true;
    } catch (thrown) {
      const error = this.watch.explain(thrown);
      throw error.kind === "transport" ? this.fail("the answer broke off", thrown) : error;
    } finally {
      this.watch.stop();
      if (!whole) reader?.cancel().catch(() => {});
    }
  }

  /** All of it. */
  async bytes(): Promise<Uint8Array> {
    const { watch, limit } = this;
    const reader = this.response.body?.getReader();
    const chunks: Uint8Array[] = [];
    try {
      for (;;) {
        const next = reader === undefined ? undefined : await watch.race(reader.read());
        if (next === undefined || next.done) return concat(chunks);
        chunks.push(next.value);
        if (this.size < KEPT) this.kept.push(next.value);
        this.size += next.value.length;
        if (this.size > limit) throw this.fail(`the body is larger than ${limit} bytes`);
      }
    } catch (thrown) {
      reader?.cancel().catch(() => {});
      const error = watch.explain(thrown);
      throw error.kind === "transport" ? this.fail("the answer broke off", thrown) : error;
    }
  }

  async text(): Promise<string> {
    const charset = /charset\s*=\s*"?([^";\s]+)/i.exec(this.response.headers.get("content-type") ?? "")?.[1] ?? "utf-8";
    return this.decoded(await this.bytes(), charset);
  }

  /** JSON is UTF-8 (RFC 8259, section 8.1). */
  async json(parse: (text: string) => unknown): Promise<unknown> {
    const text = this.decoded(await this.bytes(), "utf-8");
    try {
      return parse(text);
    } catch (error) {
      throw this.fail("the body is no JSON", error);
    }
  }

  decoded(bytes: Uint8Array, charset: string): string {
    try {
      return new TextDecoder(charset, { fatal: true }).decode(bytes);
    } catch (error) {
      throw this.fail("the body is not in the charset that it should be in", error);
    }
  }

  /** How it starts, as text; what cannot be read is left out. */
  async start(): Promise<string> {
    try {
      await this.bytes();
    } catch {
      // What came is enough.
    }
    return this.text0();
  }

  fail(message: string, cause?: unknown): CallError {
    const { status, headers } = this.response;
    return failure("decode", this.operation, message, { status, headers, text: this.text0(), cause });
  }

  private text0(): string {
    return new TextDecoder().decode(concat(this.kept).subarray(0, KEPT));
  }
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/** JSON; also what ends in `+json`. */
export const json: Codec = {
  write: (value, type) => ({ body: stringify(value), contentType: type }),
  read: (answer) => answer.json((text) => JSON.parse(text) as unknown),
};

/** JSON whose integers are exact: those that a number cannot hold are read as `bigint`. */
export const exactJson: Codec = {
  write: json.write,
  read: (answer) => answer.json(parseExact),
};

/** JSON of a value; a `bigint` is a number. */
function stringify(value: unknown): string {
  const mark = crypto.randomUUID();
  let found = false;
  const text = JSON.stringify(value, (_, one: unknown) => {
    if (typeof one !== "bigint") return one;
    found = true;
    return `${mark}${one}`;
  }) as string | undefined;
  if (text === undefined) throw new Unwritable("it is no value of JSON");
  return found ? text.replaceAll(new RegExp(`"${mark}(-?[0-9]+)"`, "g"), "$1") : text;
}

/** JSON whose large integers are `bigint`. */
export function parseExact(text: string): unknown {
  const mark = crypto.randomUUID();
  const marked = text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?[0-9]{16,}(?![0-9.eE])/g, (token) =>
    token.startsWith('"') || Number.isSafeInteger(Number(token)) ? token : `"${mark}${token}"`,
  );
  return JSON.parse(marked, (_, value: unknown) =>
    typeof value === "string" && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value,
  ) as unknown;
}

/** Text. */
export const text: Codec = {
  write: (value, type) => ({ body: String(value), contentType: type }),
  read: (answer) => answer.text(),
};

/** YAML: what is written is JSON, which is YAML too (YAML 1.2, section 1.3); what is read needs a reader, unless it is JSON. */
export const yaml: Codec = {
  write: json.write,
  read: async (answer) => {
    const text = await answer.text();
    try {
      return (answer.parseYaml ?? parse)(text);
    } catch (error) {
      throw answer.fail(answer.parseYaml === undefined ? "the body is YAML: give the client a `parseYaml`" : "the body is no YAML", error);
    }
  },
};

/** Bytes. */
export const binary: Codec = {
  write: (value, type, operation) => {
    const isRange = type.includes("*");
    const own = value instanceof Blob && value.type !== "" ? value.type : undefined;
    if (isRange && own === undefined) {
      throw failure("request", operation, `\`${type}\` is a range: give a Blob that has a type of its own`);
    }
    return { body: bytesOf(value as Binary), contentType: isRange ? own : type };
  },
  read: async (answer) => new Download(answer),
  stream: true,
};

function bytesOf(value: Binary): BodyInit {
  return typeof value === "object" && Symbol.asyncIterator in value && !(value instanceof ReadableStream)
    ? streamOf(value)
    : (value as BodyInit);
}

/** A stream that pulls from an iterator: as fast as it is read. */
function streamOf(chunks: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const from = chunks[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(to) {
      const next = await from.next();
      if (next.done === true) to.close();
      else to.enqueue(next.value);
    },
    async cancel(reason) {
      await from.return?.(reason);
    },
  });
}

/** Bytes of an answer, read when they are asked for: in chunks, or as a whole. */
export class Download implements AsyncIterable<Uint8Array> {
  private readonly answer: Incoming;

  constructor(answer: Incoming) {
    this.answer = answer;
  }

  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    return this.answer.chunks();
  }

  stream(): ReadableStream<Uint8Array> {
    return streamOf(this);
  }

  bytes(): Promise<Uint8Array> {
    return this.collected((bytes) => bytes);
  }

  text(): Promise<string> {
    return this.collected((bytes) => new TextDecoder().decode(bytes));
  }

  blob(): Promise<Blob> {
    const type = this.answer.response.headers.get("content-type") ?? "";
    return this.collected((bytes) => new Blob([bytes as BlobPart], { type }));
  }

  private async collected<T>(make: (bytes: Uint8Array) => T): Promise<T> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this) chunks.push(chunk);
    return make(concat(chunks));
  }
}

// ------------------------------------------------------------------------------------------------------------ forms

/** How a property of a form is spelled that is no text (OpenAPI 3.2, "Encoding Object"). */
export interface Part {
  readonly as: "json" | "joined" | "spaces" | "pipes" | "pairs" | "deep" | "spread" | "file" | "plain";
  /** Of a file, when the value has none. */
  readonly type?: string;
}

/** The properties of a form; that of `""` is how those are spelled that have no entry. */
export type Parts = Readonly<Record<string, Part>>;

/** A name and what it stands for. */
type Field = readonly [name: string, value: string | Blob, type?: string, filename?: string, headers?: Headers];

const AS: Readonly<Record<string, readonly [Style, boolean]>> = {
  joined: ["form", false],
  pairs: ["form", false],
  spaces: ["spaceDelimited", false],
  pipes: ["pipeDelimited", false],
  deep: ["deepObject", true],
};

/** The fields of a form. */
function fields(value: unknown, parts: Parts): Field[] {
  if (typeof value !== "object" || value === null) throw new Unwritable("only an object is a form");
  return entriesOf(value).flatMap(([name, one]): Field[] => {
    const part = (Object.hasOwn(parts, name) ? parts[name] : parts[""]) ?? { as: "plain" };
    const items = Array.isArray(one) ? (one as unknown[]).map(plain) : [one];
    const style = AS[part.as];
    if (style !== undefined) return texts(encode({ in: "query", name, style: style[0], explode: style[1] }, one));
    if (part.as === "json") return items.map((item) => [name, stringify(item), "application/json"]);
    if (part.as === "file") return items.map((item) => file(name, item as Upload, part.type));
    if (part.as === "spread") return entriesOf(one as object).flatMap(([key, inner]) => fields({ [key]: inner }, {}));
    return items.map((item) => [name, typeof item === "object" && item !== null ? stringify(item) : scalar(item)]);
  });
}

/** Pairs of a query, without their escapes. */
function texts(query: string | undefined): Field[] {
  const pairs = (query ?? "").split("&").filter((pair) => pair !== "");
  return pairs.map((pair) => {
    const at = pair.indexOf("=");
    return [decodeURIComponent(pair.slice(0, at)), decodeURIComponent(pair.slice(at + 1))];
  });
}

function file(name: string, value: Upload, usual: string | undefined): Field {
  const given = value instanceof Blob || value instanceof ArrayBuffer || ArrayBuffer.isView(value) ? { data: value } : value;
  const { data, filename, contentType, headers } = given as { data: Blob | BufferSource; filename?: string; contentType?: string; headers?: HeadersInit };
  const blob = data instanceof Blob ? data : new Blob([data]);
  const named = filename ?? (blob as { name?: string }).name ?? name;
  const type = contentType ?? (blob.type !== "" ? blob.type : (usual ?? "application/octet-stream"));
  return [name, blob, type, named, new Headers(headers)];
}

/** `application/x-www-form-urlencoded` */
export function form(parts: Parts = {}): Codec {
  return {
    write: (value, type, operation) => {
      const pairs = refusing(operation, () => fields(value, parts));
      const body = pairs.map(([name, text]) => `${escapeText(name, "")}=${escapeText(text as string, "")}`).join("&");
      return { body, contentType: type };
    },
    read: text.read,
  };
}

/** `multipart/form-data` (RFC 7578). The parts are written by hand: `FormData` gives each Blob a file name. */
export function multipart(parts: Parts = {}): Codec {
  return {
    write: (value, type, operation) => {
      const boundary = crypto.randomUUID();
      const all: BlobPart[] = refusing(operation, () => fields(value, parts)).flatMap((field) => part(field, boundary));
      const body = new Blob([...all, `--${boundary}--\r\n`]);
      return { body, contentType: `${type.split(";")[0]}; boundary=${boundary}` };
    },
    read: binary.read,
    stream: true,
  };
}

function part([name, value, type, filename, headers]: Field, boundary: string): BlobPart[] {
  // WHATWG HTML, "multipart/form-data encoding algorithm"
  const quoted = (text: string) => `"${text.replaceAll("\n", "%0A").replaceAll("\r", "%0D").replaceAll('"', "%22")}"`;
  const called = filename === undefined ? "" : `; filename=${quoted(filename)}`;
  let head = `--${boundary}\r\ncontent-disposition: form-data; name=${quoted(name)}${called}\r\n`;
  if (type !== undefined) head += `content-type: ${type.replaceAll(/[\r\n]/g, " ")}\r\n`;
  headers?.forEach((value, key) => (head += `${key}: ${value}\r\n`));
  return [`${head}\r\n`, value, "\r\n"];
}

/** What it throws is an error of the kind `request`. */
export function refusing<T>(operation: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const why = error instanceof Unwritable ? error.message : "a part of it cannot be written";
    throw failure("request", operation, `the body cannot be sent: ${why}`);
  }
}
