
// ----------------------------------------------------------------------------------------------------------- pages

/** What leads from a page to the next one. */
export type Pages =
  /** The header `link` (RFC 8288). */
  | { readonly by: "link" }
  /** A mark in the answer, which is an argument of the next call. */
  | { readonly by: "cursor"; readonly param: string; readonly next: readonly string[] }
  /** The number of the page, or of its first item. */
  | { readonly by: "page"; readonly param: string; readonly items: readonly string[]; readonly first: number }
  | { readonly by: "offset"; readonly param: string; readonly items: readonly string[] };

/** Good answers, one after the other, until there is no more; the error of any other answer is thrown. */
export async function* pages<T extends object, A extends Answer<number, unknown>>(
  call: (args: T, options: CallOptions) => Promise<Result<A, unknown>>,
  how: Pages,
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
    const isAddress = how.by === "link" || (how.by === "cursor" && /^(https?:\/\/|\/|\?)/i.test(String(mark)));
    step = isAddress ? { args, options: { ...options, at: String(mark) } } : { args: { ...args, [(how as { param: string }).param]: mark }, options };
  }
}

/** What the next page is asked for with; `undefined` after the last one. */
function following(how: Pages, args: Args, answer: Answer<number, unknown>): string | number | undefined {
  if (how.by === "link") return related(answer.headers.get("link") ?? "");
  if (how.by === "cursor") {
    const mark = reached(answer.body, how.next);
    return typeof mark === "string" && mark !== "" ? mark : undefined;
  }
  const items = reached(answer.body, how.items);
  if (!Array.isArray(items) || items.length === 0) return undefined;
  const at = args[how.param];
  return how.by === "page" ? Number(at ?? how.first) + 1 : Number(at ?? 0) + items.length;
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
