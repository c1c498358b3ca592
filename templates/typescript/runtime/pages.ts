
// ----------------------------------------------------------------------------------------------------------- pages

/** What leads from a page to the next one. */
export type Paging = { readonly items: readonly string[] } & (
  | /** The header `link` (RFC 8288). */ { readonly by: "link" }
  | /** An address in the answer. */ { readonly by: "address"; readonly next: readonly string[] }
  | /** A mark in the answer, which is an argument of the next call. */ { readonly by: "cursor"; readonly param: string; readonly next: readonly string[] }
  | /** The number of the page. */ { readonly by: "page"; readonly param: string; readonly first: number }
  | /** The number of the page's first item. */ { readonly by: "offset"; readonly param: string }
);

/** Good answers, one after the other, until there is no more; the error of any other answer is thrown. */
export interface Pages<A, I> extends AsyncGenerator<A, void, void> {
  /** The items of all pages, each page asked for when it is needed. */
  items(): AsyncGenerator<I, void, void>;
}

/** Goes from page to page. */
export function pages<T extends object, A extends Answer<number, unknown>, I>(
  call: (args: T, options: CallOptions) => Promise<Result<A, unknown>>,
  how: Paging,
  args: T,
  options: CallOptions,
): Pages<A, I> {
  const all = followed(call, how, args, options);
  async function* items(): AsyncGenerator<I, void, void> {
    for await (const page of all) yield* listed(page, how) as I[];
  }
  return Object.assign(all, { items });
}

async function* followed<T extends object, A extends Answer<number, unknown>>(
  call: (args: T, options: CallOptions) => Promise<Result<A, unknown>>,
  how: Paging,
  args: T,
  options: CallOptions,
): AsyncGenerator<A, void, void> {
  const seen = new Set<unknown>();
  let step: { args: T; options: CallOptions } | undefined = { args, options };
  while (step !== undefined) {
    const answer: A | Failed<unknown> = await call(step.args, step.options);
    if (!answer.ok) throw answer.error;
    yield answer;
    const mark = following(how, step.args as Args, answer);
    // A mark that comes again would lead around in a circle.
    if (mark === undefined || seen.has(mark)) return;
    seen.add(mark);
    // Some call the address of the next page a mark.
    const isAddress = !("param" in how) || (how.by === "cursor" && /^https?:\/\//i.test(String(mark)));
    step = isAddress ? { args, options: { ...options, at: String(mark) } } : { args: { ...args, [how.param]: mark }, options };
  }
}

/** What the next page is asked for with; `undefined` after the last one. */
function following(how: Paging, args: Args, answer: Answer<number, unknown>): string | number | bigint | undefined {
  if (how.by === "link") return related(answer.headers.get("link") ?? "");
  if (how.by === "cursor" || how.by === "address") {
    const mark = reached(answer.body, how.next);
    return (typeof mark === "string" && mark !== "") || typeof mark === "number" || typeof mark === "bigint" ? mark : undefined;
  }
  const count = listed(answer, how).length;
  if (count === 0) return undefined;
  const at = args[how.param];
  return how.by === "page" ? Number(at ?? how.first) + 1 : Number(at ?? 0) + count;
}

function listed(answer: Answer<number, unknown>, how: Paging): readonly unknown[] {
  const items = reached(answer.body, how.items);
  return Array.isArray(items) ? items : [];
}

function reached(value: unknown, path: readonly string[]): unknown {
  const step = (at: unknown, key: string) =>
    typeof at === "object" && at !== null && Object.hasOwn(at, key) ? (at as Record<string, unknown>)[key] : undefined;
  return path.reduce(step, value);
}

/** The target of the relation `next`. */
function related(header: string): string | undefined {
  for (const [, target, rest] of header.matchAll(/<([^>]*)>((?:[^,"]|"[^"]*")*)/g)) {
    const relations = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,]+))/i.exec(rest ?? "");
    if ((relations?.[1] ?? relations?.[2] ?? "").toLowerCase().split(/\s+/).includes("next")) return target;
  }
  return undefined;
}
