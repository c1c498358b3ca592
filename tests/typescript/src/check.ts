// A few words for tests: each has a name, and the last line counts them.
import { deepStrictEqual } from "node:assert";

let passed = 0;
let failed = 0;

/** One test; what it throws is told, and the next one goes on. */
export async function test(name: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
    passed += 1;
  } catch (error) {
    failed += 1;
    console.log(`FAILED: ${name}\n${error instanceof Error ? error.stack : String(error)}`);
  }
}

/** The same, or an error that shows both. */
export function same(actual: unknown, expected: unknown): void {
  deepStrictEqual(actual, expected);
}

/** Tells how it went; the status of the process says so too. */
export function finish(): void {
  console.log(`Summary ${passed} passed, ${failed} failed`);
  process.exit(failed === 0 && passed > 0 ? 0 : 1);
}

/** A variable of the environment that must be there. */
export function need(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

/** All that comes. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
