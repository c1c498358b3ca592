// ---------------------------------------------------------------------------------------------------------- clients

/** What a client is made of. */
export interface ClientOptions {
  /** Where the API is served; the document's first server when left out. Relative ones need a page to be relative to. */
  readonly baseUrl?: string | undefined;
  /** What sends requests; the global `fetch` when left out. */
  readonly fetch?: typeof fetch | undefined;
  /** Headers of every request; a function is asked for each. */
  readonly headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>) | undefined;
  /** So many milliseconds a call may take (30 000); of a stream, so many until its head and between two of its chunks. */
  readonly timeout?: number | undefined;
  /** So many bytes a body that is read as a whole may have (64 MiB). */
  readonly limit?: number | undefined;
  /** Reads YAML: a parser of your choice; without one only that YAML is read which is JSON. */
  readonly parseYaml?: ((text: string) => unknown) | undefined;
  /** Gives each request of an unsafe method the header `idempotency-key`, so that it may be repeated. */
  readonly idempotencyKeys?: boolean | undefined;
  /** Whether redirects are followed; left out, they are where no key in a header would travel along. */
  readonly redirect?: RequestRedirect | undefined;
  /** Functions that see each request before it is sent, and may change it. */
  readonly onRequest?: readonly ((request: Outgoing) => Outgoing | void | Promise<Outgoing | void>)[] | undefined;
  /** Functions that see each answer before it is read, and may give another one. */
  readonly onResponse?:
    | readonly ((response: Response, request: Outgoing) => Response | void | Promise<Response | void>)[]
    | undefined;
  /** Functions that see each error before the caller does. */
  readonly onError?: readonly ((error: CallError) => void | Promise<void>)[] | undefined;
}

/** A client: what every call needs to know. */
export interface Client extends ClientOptions {
  readonly baseUrl: string;
  readonly schemes: Schemes;
  readonly credentials: Readonly<Record<string, Credential | undefined>>;
}

/** An address of a document, and what its variables are when nobody says. */
export interface Server {
  readonly url: string;
  readonly variables?: Readonly<Record<string, string>>;
}

/** What a generated `createClient` is given beside the options of every client. */
export interface Choices {
  readonly server?: string | undefined;
  readonly variables?: Readonly<Record<string, string | undefined>> | undefined;
  readonly credentials?: Readonly<Record<string, Credential | undefined>> | undefined;
}

/** Makes a client of what a document says and a caller chooses. */
export function connect(servers: readonly Server[], schemes: Schemes, options: ClientOptions & Choices): Client {
  const { server, variables, credentials = {}, ...rest } = options;
  const meant = servers.find((one) => one.url === server) ?? servers[0] ?? { url: "/" };
  const url = meant.url.replace(/\{([^{}]*)\}/g, (whole, name: string) => variables?.[name] ?? meant.variables?.[name] ?? whole);
  return { ...rest, baseUrl: options.baseUrl ?? url, schemes, credentials };
}

/** Choices of one call. */
export interface CallOptions {
  /** Gives the call up. */
  readonly signal?: AbortSignal | undefined;
  /** In place of the client's. */
  readonly timeout?: number | undefined;
  /** In place of the client's. */
  readonly baseUrl?: string | undefined;
  /** Beside the client's; wins. */
  readonly headers?: HeadersInit | undefined;
  /** The only media types to ask for, where an answer has several. */
  readonly accept?: string | undefined;
  /** An address of the same server in place of the operation's own: a page that an answer leads to. */
  readonly at?: string | undefined;
  /** The header `idempotency-key`; `true` makes one up. */
  readonly idempotencyKey?: string | boolean | undefined;
}

/** A request on its way. */
export interface Outgoing {
  readonly operation: string;
  method: string;
  url: URL;
  headers: Headers;
  body: BodyInit | undefined;
}

/** What a document says of an operation. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  /** An own server. */
  readonly server?: string;
  readonly params?: Readonly<Record<string, Param>>;
  /** Codecs of the request's body, by media type. */
  readonly body?: Readonly<Record<string, Codec>>;
  /** By status (`200`, `4XX`, `default`): codecs by media type. */
  readonly answers: Readonly<Record<string, Readonly<Record<string, Codec>>>>;
  /** Schemes, of which one list must hold. */
  readonly auth?: readonly (readonly string[])[];
}

// ---------------------------------------------------------------------------------------------------------- results

/** An answer that a call hopes for. */
export interface Answer<Status extends number, Body = undefined, Type extends string | undefined = string | undefined> {
  readonly ok: true;
  readonly status: Status;
  readonly headers: Headers;
  /** The media type of the body, as the document spells it. */
  readonly contentType: Type;
  readonly body: Body;
}

/** A call that did not come to an answer that it hopes for. */
export interface Failed<E = Trouble> {
  readonly ok: false;
  readonly error: E;
}

/** What comes of a call: `A` or an error, of which `E` are those that the document tells of. */
export type Result<A, E = never> = A | Failed<E | Trouble>;

/** What is wrong with a call. No text of it holds headers, credentials or the query. */
export class CallError extends Error {
  /** What happened. */
  readonly kind: string;
  /** The operation that was called. */
  readonly operation: string;
  readonly status: number | undefined = undefined;
  readonly headers: Headers | undefined = undefined;
  readonly contentType: string | undefined = undefined;
  readonly body: unknown = undefined;
  /** The start of a body that could not be read, or that nothing is known of. */
  readonly text: string | undefined = undefined;

  constructor(kind: string, operation: string, message: string, more: Partial<CallError> = {}) {
    super(`${operation}: ${message}`, more.cause === undefined ? undefined : { cause: more.cause });
    this.kind = kind;
    this.operation = operation;
    Object.assign(this, more);
  }
}
CallError.prototype.name = "CallError";

/** An error that the document tells of. */
export interface ApiError<Status extends number, Body = undefined, Type extends string | undefined = string | undefined>
  extends CallError {
  readonly kind: "api";
  readonly status: Status;
  readonly headers: Headers;
  readonly contentType: Type;
  readonly body: Body;
}

/** The request could not be sent, or no answer came. */
export interface TransportError extends CallError {
  readonly kind: "transport";
}
/** The time was up. */
export interface TimeoutError extends CallError {
  readonly kind: "timeout";
}
/** The caller gave up. */
export interface AbortedError extends CallError {
  readonly kind: "aborted";
}
/** There is no such request: an argument that its style cannot spell, a path that would be another one. */
export interface RequestError extends CallError {
  readonly kind: "request";
}
/** No token could be got. */
export interface CredentialsError extends CallError {
  readonly kind: "credentials";
}
/** The answer is not what the document says; `text` is how it starts. */
export interface DecodeError extends CallError {
  readonly kind: "decode";
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}
/** The document knows of no such status; `text` is how the body starts. */
export interface UnexpectedError extends CallError {
  readonly kind: "unexpected";
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}
/** What may go wrong with every call. */
export type Trouble =
  | TransportError
  | TimeoutError
  | AbortedError
  | RequestError
  | CredentialsError
  | DecodeError
  | UnexpectedError;

/** The body of a good answer; throws the error of any other. */
export async function unwrap<R extends { readonly ok: boolean }>(
  result: R | Promise<R>,
): Promise<Extract<R, { readonly ok: true; readonly body: unknown }>["body"]> {
  const settled: { ok: boolean; body?: unknown; error?: unknown } = await result;
  if (!settled.ok) throw settled.error;
  return settled.body as Extract<R, { readonly ok: true; readonly body: unknown }>["body"];
}

// ------------------------------------------------------------------------------------------------------------ calls

const TIMEOUT = 30_000;
const LIMIT = 64 * 1024 * 1024;
/** So much of a body that was not understood is kept, in bytes. */
const KEPT = 64 * 1024;

/** What is known of a call while it goes on. */
interface Call {
  readonly client: Client;
  readonly operation: Operation;
  readonly options: CallOptions;
  readonly watch: Watch;
}

/** Calls an operation. What goes wrong is told in the result: nothing is thrown. */
export async function send<A, E = never>(
  client: Client,
  operation: Operation,
  args: object,
  options: CallOptions,
): Promise<Result<A, E>> {
  const watch = new Watch(operation.id, options.timeout ?? client.timeout ?? TIMEOUT, options.signal);
  const call: Call = { client, operation, options, watch };
  try {
    return (await exchange(call, args as Args)) as A;
  } catch (thrown) {
    watch.stop();
    const error = watch.explain(thrown);
    try {
      for (const see of client.onError ?? []) await see(error);
    } catch (hook) {
      return { ok: false, error: failure("request", operation.id, "a function of `onError` failed", { cause: hook }) as Trouble };
    }
    return { ok: false, error: error as Trouble };
  }
}

type Args = Readonly<Record<string, unknown>>;

async function exchange(call: Call, args: Args): Promise<unknown> {
  const { client, operation, watch } = call;
  const way = chosen(client, operation);
  let request = await outgoing(call, args, way, false);
  let response = await dispatch(call, request, way);
  if (response.status === 401 && !isStream(request.body) && renewable(client, way)) {
    await response.body?.cancel();
    request = await outgoing(call, args, way, true);
    response = await dispatch(call, request, way);
  }
  for (const see of client.onResponse ?? []) {
    response = (await watch.race(Promise.resolve(see(response, request)))) ?? response;
  }
  return settle(call, response);
}

async function outgoing(call: Call, args: Args, way: readonly string[], renew: boolean): Promise<Outgoing> {
  const { client, operation, options, watch } = call;
  const headers = new Headers();
  const base = typeof client.headers === "function" ? await watch.race(Promise.resolve(client.headers())) : client.headers;
  try {
    for (const some of [base, options.headers]) new Headers(some).forEach((value, name) => headers.set(name, value));
  } catch {
    // The message of the engine would show the value.
    throw failure("request", operation.id, "a header of the client or the call has a name or value that cannot be sent");
  }
  const url = address(call, args, headers);
  const types = options.accept ?? accepted(operation);
  if (types !== "" && !headers.has("accept")) put(operation.id, headers, "accept", types);
  const body = written(operation, args, headers);
  const unsafe = !["GET", "HEAD", "OPTIONS", "TRACE"].includes(operation.method);
  const key = options.idempotencyKey ?? (unsafe && client.idempotencyKeys === true);
  if (key !== false && !headers.has("idempotency-key")) {
    put(operation.id, headers, "idempotency-key", key === true ? crypto.randomUUID() : key);
  }
  await authorize(call, way, { url, headers }, renew);
  let request: Outgoing = { operation: operation.id, method: operation.method, url, headers, body };
  for (const see of client.onRequest ?? []) request = (await watch.race(Promise.resolve(see(request)))) ?? request;
  return request;
}

/** Sets a header; no error shows its value. */
function put(operation: string, headers: Headers, name: string, value: string): void {
  try {
    headers.set(name, value);
  } catch {
    throw failure("request", operation, `the header \`${name}\` has a character that cannot be sent`);
  }
}

async function dispatch(call: Call, request: Outgoing, way: readonly string[]): Promise<Response> {
  const { client, operation, watch } = call;
  const told = Object.keys(operation.answers).some((status) => /^3(?!04)/.test(status));
  const keyed = way.some((name) => client.schemes[name]?.type === "apiKey");
  const init: RequestInit & { duplex?: "half" } = {
    method: request.method,
    headers: request.headers,
    redirect: client.redirect ?? (told ? "manual" : keyed ? "error" : "follow"),
    signal: watch.signal,
  };
  if (request.body !== undefined) {
    init.body = request.body;
    if (isStream(request.body)) init.duplex = "half";
  }
  if (request.url.username !== "" || request.url.password !== "") {
    throw failure("request", operation.id, "the address holds credentials: give them to the client instead");
  }
  return watch.race((client.fetch ?? fetch)(request.url.href, init));
}

function isStream(body: BodyInit | undefined): boolean {
  return body instanceof ReadableStream;
}

/** Reads an answer as the document says. */
async function settle(call: Call, response: Response): Promise<unknown> {
  const { operation, watch, client } = call;
  const { status, headers } = response;
  const range = `${Math.floor(status / 100)}XX`;
  const key = [String(status), range, "default"].find((key) => Object.hasOwn(operation.answers, key));
  const good = Object.keys(operation.answers).some((key) => key.startsWith("2"));
  const hoped = status < 400 && status > 0;
  if (key === undefined || (key === "default" && hoped && good)) {
    const text = await head(watch, response);
    throw failure("unexpected", operation.id, `${status} is not among the answers of the document`, { status, headers, text });
  }
  const codecs = operation.answers[key] ?? {};
  const types = Object.keys(codecs);
  let body: unknown;
  let contentType: string | undefined;
  let streamed = false;
  if (types.length === 0) {
    await response.body?.cancel();
  } else {
    contentType = matching(types, headers.get("content-type"));
    const codec = contentType === undefined ? undefined : codecs[contentType];
    if (codec === undefined) {
      const text = await head(watch, response);
      throw failure("decode", operation.id, `${status} has a body of a media type that the document does not name`, { status, headers, text });
    }
    const answer = new Incoming(operation.id, response, watch, client.limit ?? LIMIT, client.parseYaml);
    body = await codec.read(answer);
    streamed = codec.stream === true;
  }
  if (!streamed) watch.stop();
  if (hoped) return { ok: true, status, headers, contentType, body };
  throw failure("api", operation.id, `${status}${title(body)}`, { status, headers, contentType, body });
}

/** The title of a problem (RFC 9457). */
function title(body: unknown): string {
  const title = typeof body === "object" && body !== null ? (body as { title?: unknown }).title : undefined;
  return typeof title === "string" ? ` ${title.slice(0, 200)}` : "";
}

/** The media type of the document that a `content-type` is. */
function matching(types: readonly string[], header: string | null): string | undefined {
  const plain = (type: string) => (type.split(";")[0] ?? "").trim().toLowerCase();
  const isJson = (type: string) => /^(application|text)\/json$|\+json$/.test(type);
  if (header === null) return types[0];
  const sent = plain(header);
  return (
    types.find((type) => type.toLowerCase() === header.toLowerCase()) ??
    types.find((type) => plain(type) === sent) ??
    types.find((type) => isJson(plain(type)) && isJson(sent)) ??
    types.find((type) => plain(type).endsWith("/*") && sent.startsWith(plain(type).slice(0, -1))) ??
    types.find((type) => plain(type) === "*/*")
  );
}

/** The start of a body, as text; empty when it does not come. */
async function head(watch: Watch, response: Response): Promise<string> {
  const answer = new Incoming("", response, watch, KEPT);
  return answer.start();
}

/** What an operation understands, the first the best. */
function accepted(operation: Operation): string {
  const types = new Set(Object.values(operation.answers).flatMap((codecs) => Object.keys(codecs)));
  return [...types].join(", ");
}

function written(operation: Operation, args: Args, headers: Headers): BodyInit | undefined {
  const codecs = operation.body;
  if (codecs === undefined || args["body"] === undefined) return undefined;
  const type = (args["contentType"] as string | undefined) ?? Object.keys(codecs)[0];
  const codec = type === undefined || !Object.hasOwn(codecs, type) ? undefined : codecs[type];
  if (codec === undefined || type === undefined) {
    throw failure("request", operation.id, "the document knows no body of this `contentType`");
  }
  const { body, contentType } = codec.write(args["body"], type, operation.id);
  if (contentType !== undefined && !headers.has("content-type")) put(operation.id, headers, "content-type", contentType);
  return body;
}

function failure(kind: string, operation: string, message: string, more: Partial<CallError> = {}): CallError {
  return new CallError(kind, operation, message, more);
}

/** Watches over the time of a call, and over its caller's patience. */
class Watch {
  private readonly operation: string;
  private readonly timeout: number;
  private readonly controller = new AbortController();
  private readonly given: AbortSignal | undefined;
  private readonly over: Promise<never>;
  private why: "timeout" | "aborted" | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly giveUp = () => this.end("aborted");

  constructor(operation: string, timeout: number, given: AbortSignal | undefined) {
    this.operation = operation;
    this.timeout = timeout;
    this.given = given;
    this.over = new Promise((_, reject) => {
      this.controller.signal.addEventListener("abort", () => reject(this.explain(undefined)));
    });
    // Who waits is told; nobody else needs to be.
    this.over.catch(() => {});
    this.wind();
    if (given?.aborted === true) this.giveUp();
    else given?.addEventListener("abort", this.giveUp);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Gives the time anew. */
  wind(): void {
    clearTimeout(this.timer);
    if (Number.isFinite(this.timeout)) this.timer = setTimeout(() => this.end("timeout"), this.timeout);
  }

  /** Lets no time pass. */
  pause(): void {
    clearTimeout(this.timer);
  }

  /** Waits, but not longer than there is time. */
  race<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.over]);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.given?.removeEventListener("abort", this.giveUp);
  }

  /** What was thrown, as an error of a call. */
  explain(thrown: unknown): CallError {
    const { operation } = this;
    if (thrown instanceof CallError) return thrown;
    if (this.why === "timeout") return failure("timeout", operation, `the time of ${this.timeout} ms is up`);
    if (this.why === "aborted") return failure("aborted", operation, "the caller gave up", { cause: this.given?.reason });
    return failure("transport", operation, "no answer came", { cause: thrown });
  }

  private end(why: "timeout" | "aborted"): void {
    this.why ??= why;
    this.stop();
    this.controller.abort(new DOMException(why, why === "timeout" ? "TimeoutError" : "AbortError"));
  }
}
