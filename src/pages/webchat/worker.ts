/**
 * The service worker: it keeps the page's files, so that a reload while the gateway is away still opens the page. It
 * never sees what is said: that goes through the WebSocket.
 */

interface Worker {
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: Lasting) => void): void;
  addEventListener(type: "fetch", listener: (event: Fetching) => void): void;
}

interface Lasting {
  waitUntil(work: Promise<unknown>): void;
}

interface Fetching extends Lasting {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

const worker = globalThis as Omit<typeof globalThis, keyof Worker> & Worker;

/** Another build is another cache; the build fills the names in. */
const shellName = "clawdia-shell-%BUILD%";
const pieces = "%PIECES%".split(" ").map((path) => `/${path}`);
const shell = ["/", "/%SCRIPT%", "/%SHEET%", ...pieces, "/icon.svg", "/manifest.webmanifest"];

worker.addEventListener("install", (event) => event.waitUntil(keepShell()));
worker.addEventListener("activate", (event) => event.waitUntil(takeOver()));
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate" && pathname === "/") event.respondWith(fresh(request));
  else if (shell.includes(pathname)) event.respondWith(kept(request));
});

async function keepShell(): Promise<void> {
  const cache = await caches.open(shellName);
  await cache.addAll(shell);
  await worker.skipWaiting();
}

async function takeOver(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== shellName).map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** The gateway's own page when it answers, else the kept one. */
async function fresh(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const page = await caches.match("/");
    if (!page) throw error;
    return page;
  }
}

async function kept(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}
