
// -------------------------------------------------------------------------------------------------------- security

/** How credentials travel. */
export type Scheme =
  | { readonly type: "apiKey"; readonly in: "header" | "query" | "cookie"; readonly name: string }
  | { readonly type: "basic" }
  | { readonly type: "bearer" }
  | { readonly type: "http"; readonly scheme: string }
  | { readonly type: "oauth2"; readonly tokenUrl?: string; readonly refreshUrl?: string }
  | { readonly type: "none" };

export type Schemes = Readonly<Record<string, Scheme>>;

/** A text, or what is asked for it before each call. */
export type Secret = string | (() => string | Promise<string>);

/** A user and a password. */
export interface Password {
  readonly username: string;
  readonly password: string;
}

/** Gives tokens, and gets new ones when they are out of date. */
export interface TokenSource {
  token(client: Client, scheme: Scheme, renew: boolean, call: TokenCall): Promise<string>;
}

/** What a token is got for. */
export interface TokenCall {
  readonly operation: string;
  readonly signal: AbortSignal;
}

export type Credential = Secret | Password | TokenSource;

/** The alternative of an operation for which there are credentials; none of them is left to the server to refuse. */
function chosen(client: Client, operation: Operation): readonly string[] {
  const holds = (way: readonly string[]) => way.every((name) => client.credentials[name] !== undefined || client.schemes[name]?.type === "none");
  const ways = operation.auth ?? [];
  return ways.find((way) => way.length > 0 && holds(way)) ?? [];
}

function renewable(client: Client, way: readonly string[]): boolean {
  return way.some((name) => isSource(client.credentials[name]));
}

const isSource = (credential: Credential | undefined): credential is TokenSource => typeof credential === "object" && "token" in credential;

async function authorize(
  call: Call,
  way: readonly string[],
  request: { url: URL; headers: Headers },
  renew: boolean,
): Promise<void> {
  for (const name of way) {
    const scheme = call.client.schemes[name];
    const credential = call.client.credentials[name];
    if (scheme !== undefined && credential !== undefined) await show(call, scheme, credential, request, renew);
  }
}

async function show(
  call: Call,
  scheme: Scheme,
  credential: Credential,
  { url, headers }: { url: URL; headers: Headers },
  renew: boolean,
): Promise<void> {
  const { operation } = call;
  const secret = await revealed(call, scheme, credential, renew);
  if (scheme.type === "apiKey") {
    if (scheme.in === "header") put(operation.id, headers, scheme.name, secret);
    else if (scheme.in === "cookie") cookie(operation.id, headers, [`${scheme.name}=${secret}`]);
    else url.search = `${url.search === "" ? "?" : `${url.search}&`}${escapeText(scheme.name, "")}=${escapeText(secret, "")}`;
  } else if (scheme.type === "basic") {
    put(operation.id, headers, "authorization", `Basic ${secret}`);
  } else if (scheme.type === "http") {
    put(operation.id, headers, "authorization", `${scheme.scheme} ${secret}`);
  } else if (scheme.type !== "none") {
    put(operation.id, headers, "authorization", `Bearer ${secret}`);
  }
}

async function revealed(call: Call, scheme: Scheme, credential: Credential, renew: boolean): Promise<string> {
  const { client, operation, watch } = call;
  if (typeof credential === "string") return credential;
  try {
    if (typeof credential === "function") return await watch.race(Promise.resolve(credential()));
    if (isSource(credential)) {
      const what = { operation: operation.id, signal: watch.signal };
      return await watch.race(credential.token(client, scheme, renew, what));
    }
  } catch (thrown) {
    if (thrown instanceof CallError) throw thrown;
    throw failure("credentials", operation.id, "there are no credentials", { cause: thrown });
  }
  // RFC 7617, section 2
  const bytes = new TextEncoder().encode(`${credential.username}:${credential.password}`);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** Who a client is to a server of tokens. */
export interface TokenOptions {
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly scopes?: readonly string[];
  /** Of the document, when left out. */
  readonly tokenUrl?: string;
}

/** Tokens of OAuth 2 by client credentials (RFC 6749, section 4.4). */
export function clientCredentials(options: TokenOptions): TokenSource {
  return new Tokens(options, undefined);
}

/** Tokens of OAuth 2 by a refresh token (RFC 6749, section 6), which a new one may take the place of. */
export function refreshToken(options: TokenOptions & { readonly refreshToken: string; readonly onRefresh?: (token: string) => void }): TokenSource {
  return new Tokens(options, options.refreshToken, options.onRefresh);
}

class Tokens implements TokenSource {
  private readonly options: TokenOptions;
  private refresh: string | undefined;
  private readonly onRefresh: ((token: string) => void) | undefined;
  private held: { token: string; until: number } | undefined;
  private asked: Promise<string> | undefined;

  constructor(options: TokenOptions, refresh: string | undefined, onRefresh?: (token: string) => void) {
    this.options = options;
    this.refresh = refresh;
    this.onRefresh = onRefresh;
  }

  token(client: Client, scheme: Scheme, renew: boolean, call: TokenCall): Promise<string> {
    if (!renew && this.held !== undefined && this.held.until > Date.now()) return Promise.resolve(this.held.token);
    // Calls that come while one asks wait for the same answer.
    this.asked ??= this.ask(client, scheme, call).finally(() => (this.asked = undefined));
    return this.asked;
  }

  private async ask(client: Client, scheme: Scheme, call: TokenCall): Promise<string> {
    const { clientId, clientSecret, scopes, tokenUrl } = this.options;
    const own = scheme.type === "oauth2" ? ((this.refresh === undefined ? undefined : scheme.refreshUrl) ?? scheme.tokenUrl) : undefined;
    const form = new URLSearchParams({ grant_type: this.refresh === undefined ? "client_credentials" : "refresh_token" });
    if (this.refresh !== undefined) form.set("refresh_token", this.refresh);
    if (scopes !== undefined) form.set("scope", scopes.join(" "));
    form.set("client_id", clientId);
    if (clientSecret !== undefined) form.set("client_secret", clientSecret);
    const wrong = (why: string) => failure("credentials", call.operation, `no token: ${why}`);
    let url: URL;
    try {
      url = new URL(tokenUrl ?? own ?? "", client.baseUrl);
    } catch {
      throw wrong("the address of the tokens is not known");
    }
    const headers = { accept: "application/json" };
    const response = await (client.fetch ?? fetch)(url.href, { method: "POST", body: form, headers, signal: call.signal, redirect: "error" });
    const answer = await response.json().catch(() => ({})) as { access_token?: unknown; expires_in?: unknown; refresh_token?: unknown; error?: unknown };
    if (!response.ok || typeof answer.access_token !== "string") {
      // RFC 6749, section 5.2: the code of the error holds no secret.
      const code = typeof answer.error === "string" && /^[a-z_]{1,40}$/.test(answer.error) ? ` (${answer.error})` : "";
      throw wrong(`the answer was ${response.status}${code}`);
    }
    if (typeof answer.refresh_token === "string" && this.refresh !== undefined) {
      this.refresh = answer.refresh_token;
      this.onRefresh?.(answer.refresh_token);
    }
    const seconds = Number(answer.expires_in ?? 300);
    // Half a minute early: the way takes time too.
    this.held = { token: answer.access_token, until: Date.now() + Math.max(0, seconds - 30) * 1000 };
    return answer.access_token;
  }
}
