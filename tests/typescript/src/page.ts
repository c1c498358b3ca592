// What a browser does with the generated clients; what went wrong is told to whoever served the page.
import { unwrap } from "../petstore/runtime.js";
import * as store from "../petstore/index.js";
import * as everything from "../everything/index.js";

const told: string[] = [];
let passed = 0;

async function test(name: string, work: () => Promise<unknown>, expected: unknown): Promise<void> {
  try {
    const actual = JSON.stringify(await work());
    if (actual === JSON.stringify(expected)) passed += 1;
    else told.push(`${name}: ${actual}`);
  } catch (error) {
    told.push(`${name}: ${String(error)}`);
  }
}

// Relative addresses are those of the page.
const client = store.createClient({ credentials: { petstore_auth: "special-token" } });
const other = everything.createClient({ timeout: 5_000 });
let petId = 0;

await test("adds", async () => {
  const made = await unwrap(store.addPet(client, { body: { name: "Rex", photoUrls: [], status: "sold" } }));
  petId = made.id ?? 0;
  return made.name;
}, "Rex");
await test("lists", async () => {
  const pets = await unwrap(store.findPetsByStatus(client, { status: "sold", limit: 100 }));
  return pets.some((pet) => pet.id === petId);
}, true);
await test("uploads", async () => {
  const body = new File([new Uint8Array(2000)], "rex.png", { type: "image/png" });
  const sent = await unwrap(store.uploadFile(client, { petId, body }));
  return sent.message.includes("2000");
}, true);
await test("streams", async () => {
  const names = new Map<number | undefined, string>();
  for await (const pet of await unwrap(store.exportPets(client))) names.set(pet.id, pet.name);
  return [names.size > 1, names.get(petId)];
}, [true, "Rex"]);
await test("uploads a form", async () => {
  const file = new File(["abc"], "a.png", { type: "image/png" });
  const { said } = await unwrap(everything.multipartBody(other, { body: { title: "ü", file } }));
  return said;
}, '("ü", None, 3, [])');
await test("reads events as they come", async () => {
  const seen: number[] = [];
  for await (const event of await unwrap(everything.eventsResponse(other, { count: 5 }))) seen.push(event.data.x);
  return seen;
}, [0, 1, 2, 3, 4]);
await test("reads a file in chunks", async () => {
  let size = 0;
  for await (const chunk of await unwrap(everything.fileResponse(other))) size += chunk.length;
  return size;
}, 1000);
await test("lines both ways", async () => {
  const seen: number[] = [];
  for await (const point of await unwrap(everything.linesBody(other, { body: [{ x: 1, y: 2 }, { x: 3, y: 4 }] }))) seen.push(point.y);
  return seen;
}, [2, 4]);
await test("tells that it cannot send cookies", async () => {
  const result = await everything.cookieStyles(other, { session: "abc" });
  return !result.ok && result.error.kind;
}, "request");
await test("gives up", async () => {
  const result = await store.getPetById(client, { petId }, { signal: AbortSignal.abort() });
  return !result.ok && result.error.kind;
}, "aborted");
await test("knows what is not there", async () => {
  const result = await store.getPetById(client, { petId: 987654321 });
  return !result.ok && [result.error.kind, result.error.status];
}, ["api", 404]);

await fetch("/told", { method: "POST", body: JSON.stringify({ passed, told }) });
