// Serves `page.ts` to a browser, and the two services beside it, on one address of this computer.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, normalize } from "node:path";
import { need } from "./check.js";

const built = new URL("..", import.meta.url).pathname;
const services: [string, URL][] = [["/api/v3", new URL(need("PETSTORE"))], ["/v1", new URL(need("EVERYTHING"))]];
const page = '<!doctype html><meta charset="utf-8"><title>Clients</title><script type="module" src="/tests/page.js"></script>';

function answer(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const path = incoming.url ?? "/";
  const service = services.find(([prefix]) => path.startsWith(prefix))?.[1];
  if (service !== undefined) {
    const { method, headers } = incoming;
    const onward = ask({ host: service.hostname, port: service.port, path, method: method ?? "GET", headers }, (came) => {
      outgoing.writeHead(came.statusCode ?? 502, came.headers);
      came.pipe(outgoing);
    });
    onward.on("error", () => outgoing.writeHead(502).end());
    incoming.pipe(onward);
  } else if (path === "/told") {
    let text = "";
    incoming.on("data", (chunk: Buffer) => (text += chunk.toString()));
    incoming.on("end", () => {
      outgoing.end();
      finish(JSON.parse(text) as { passed: number; told: string[] });
    });
  } else if (path.endsWith(".js")) {
    try {
      outgoing.writeHead(200, { "content-type": "text/javascript" }).end(readFileSync(join(built, normalize(path))));
    } catch {
      outgoing.writeHead(404).end();
    }
  } else {
    outgoing.writeHead(path === "/" ? 200 : 404, { "content-type": "text/html" }).end(path === "/" ? page : "");
  }
}

const server = createServer(answer);
await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
const profile = mkdtempSync(join(tmpdir(), "browser-"));
const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--no-first-run", `--user-data-dir=${profile}`, "--remote-debugging-port=0"];
const browser = spawn(need("CHROMIUM"), [...flags, address], { stdio: "ignore" });
const patience = setTimeout(() => finish({ passed: 0, told: ["the page told nothing within a minute"] }), 60_000);

function finish({ passed, told }: { passed: number; told: string[] }): void {
  clearTimeout(patience);
  browser.once("exit", () => {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    told.forEach((line) => console.log(`FAILED: ${line}`));
    console.log(`Summary ${passed} passed, ${told.length} failed`);
    process.exit(told.length === 0 && passed > 0 ? 0 : 1);
  });
  browser.kill();
}
