// Every operation of the petstore, by the generated client.
import { unwrap } from "../petstore/runtime.js";
import * as api from "../petstore/index.js";
import { finish, need, same, test } from "./check.js";

const client = api.createClient({
  baseUrl: need("PETSTORE"),
  credentials: { petstore_auth: "special-token", api_key: () => Promise.resolve("special-key") },
});
const stranger = api.createClient({ baseUrl: need("PETSTORE") });
const pet = { name: "Rex", photoUrls: ["a b", "ü"], tags: [{ name: "dog" }], status: "pending" } satisfies api.Pet;

await test("a pet from its birth to its end", async () => {
  const made = await unwrap(api.addPet(client, { body: pet }));
  same({ ...made, id: undefined, tags: made.tags?.map((tag) => tag.name) }, { ...made, ...pet, id: undefined, tags: ["dog"] });
  const petId = made.id ?? 0;
  same(await unwrap(api.getPetById(client, { petId })), made);
  same(await unwrap(api.updatePet(client, { body: { ...made, name: "Max" } })), { ...made, name: "Max" });
  same((await unwrap(api.updatePetWithForm(client, { petId, name: "M & M", status: "sold" }))).name, "M & M");
  const found = await unwrap(api.findPetsByTags(client, { tags: ["dog", "cat, and mouse"], limit: 100 }));
  same(found.some((one) => one.id === petId), true);
  same((await unwrap(api.findPetsByStatus(client, { status: "sold", limit: 100 }))).some((one) => one.id === petId), true);
  const sent = await unwrap(
    api.uploadFile(client, { petId, additionalMetadata: "a picture?", body: new Blob([new Uint8Array(1000)]) }),
  );
  same(sent.message.includes("1000"), true);
  const gone = await api.deletePet(client, { petId });
  same([gone.ok, gone.ok && gone.status, gone.ok && gone.body], [true, 204, undefined]);
  const missing = await api.getPetById(client, { petId });
  if (missing.ok || missing.error.kind !== "api") throw new Error("it is still there");
  same([missing.error.status, missing.error.body.status], [404, 404]);
});

await test("a stream is sent as it comes", async () => {
  const made = await unwrap(api.addPet(client, { body: pet }));
  async function* chunks() {
    for (let n = 0; n < 10; n += 1) yield new Uint8Array(100);
  }
  const sent = await unwrap(api.uploadFile(client, { petId: made.id ?? 0, body: chunks() }));
  same(sent.message.includes("1000"), true);
});

await test("what is wrong is told with its place", async () => {
  const wrong = await api.addPet(client, { body: { name: "", photoUrls: [] } });
  if (wrong.ok || wrong.error.kind !== "api" || wrong.error.status !== 400) throw new Error("it was taken");
  same(wrong.error.body.errors?.[0]?.pointer, "/name");
});

await test("a stranger is refused, and no error shows a secret", async () => {
  const refused = await api.addPet(stranger, { body: pet });
  same([refused.ok, refused.ok ? 0 : refused.error.status], [false, 401]);
  const wrong = api.createClient({ baseUrl: need("PETSTORE"), credentials: { api_key: "a-wrong-secret" } });
  const answer = await api.getInventory(wrong);
  if (answer.ok) throw new Error("it was let in");
  same([answer.error.status, `${answer.error.stack}${JSON.stringify(answer.error)}`.includes("a-wrong-secret")], [401, false]);
});

await test("the store", async () => {
  const made = await unwrap(api.addPet(client, { body: pet }));
  const order = await unwrap(api.placeOrder(client, { body: { petId: made.id ?? 0, quantity: 2 } }));
  same([order.petId, order.quantity, order.complete], [made.id, 2, false]);
  same(await unwrap(api.getOrderById(client, { orderId: order.id ?? 0 })), order);
  same(((await unwrap(api.getInventory(client)))["pending"] ?? 0) > 0, true);
  same((await api.deleteOrder(client, { orderId: order.id ?? 0 })).ok, true);
  const missing = await api.getOrderById(client, { orderId: order.id ?? 0 });
  same(!missing.ok && missing.error.status, 404);
});

await test("users", async () => {
  const username = `u.${Date.now()}`;
  const user = { username, email: "a@example.org", password: "secret-one" } satisfies api.UserInput;
  const made = await unwrap(api.createUser(client, { body: user }));
  same([made.username, made.email, "password" in made], [username, user.email, false]);
  const twice = await api.createUser(client, { body: user });
  same(!twice.ok && twice.error.status, 409);
  const more = [`${username}1`, `${username}2`].map((name) => ({ username: name }));
  same((await unwrap(api.createUsersWithListInput(client, { body: more }))).map((one) => one.username), more.map((one) => one.username));
  const login = await api.loginUser(client, { username, password: user.password });
  if (!login.ok) throw login.error;
  same([typeof login.body, login.headers.has("x-rate-limit")], ["string", true]);
  same((await unwrap(api.getUserByName(client, { username }))).email, user.email);
  same((await unwrap(api.updateUser(client, { username, body: { username, phone: "1" } }))).phone, "1");
  same((await api.logoutUser(client)).ok, true);
  same((await api.deleteUser(client, { username })).ok, true);
});

finish();
