import { newId } from "./new-id.ts";
import { tellApp } from "./app-bridge.ts";
import { type FrameAnswer, type Json, type Params, wordsAt } from "./page-words.ts";

/**
 * Goes into every page that an agent wrote: follows its files, answers the tab that shows it, and lets it say something
 * to the agent, which the tab asks the person about first. It runs in an origin that is nobody's.
 */

interface Asked {
  readonly clawdia: "ask";
  readonly id: string;
  readonly what: "eval" | "snapshot";
  readonly params: Params;
}

const script = document.currentScript as HTMLScriptElement | null;
const base = new URL("..", script?.src ?? location.href);
const retryMs = 1_000;

follow();
bridge();
addEventListener("message", ({ data, source }) => {
  if (source !== parent || parent === window || !isAsked(data)) return;
  void answer(data);
});

function follow(): void {
  const address = new URL("ws", base);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  let wasOpen = false;
  const open = () => {
    const socket = new WebSocket(address);
    socket.addEventListener("open", () => {
      // Files may have changed while nobody told us.
      if (wasOpen) location.reload();
      wasOpen = true;
    });
    socket.addEventListener("message", ({ data }) => {
      const message = JSON.parse(String(data)) as { readonly type?: string; readonly paths?: readonly string[] };
      if (message.type === "changed") changed(message.paths ?? []);
    });
    socket.addEventListener("close", () => setTimeout(open, retryMs));
  };
  open();
}

/** Style sheets are put in place of the old ones; for everything else the page is loaded again. */
function changed(paths: readonly string[]): void {
  const isAnything = paths.length === 0 || paths.includes("");
  if (isAnything || !paths.every((path) => path.endsWith(".css"))) {
    const others = paths.filter((path) => /\.html?$/.test(path));
    const isOtherPage = !isAnything && others.length === paths.length && !others.some(isThisPage);
    if (!isOtherPage) location.reload();
    return;
  }
  for (const link of document.querySelectorAll<HTMLLinkElement>('link[rel~="stylesheet"]')) {
    const address = new URL(link.href);
    if (!paths.some((path) => decodeURI(address.pathname).endsWith(`/canvas/${path}`))) continue;
    address.searchParams.set("v", String(performance.now()));
    const next = link.cloneNode() as HTMLLinkElement;
    next.href = address.href;
    next.addEventListener("load", () => link.remove());
    link.after(next);
  }
}

function isThisPage(path: string): boolean {
  const here = decodeURI(location.pathname);
  return here.endsWith(`/canvas/${path}`) || (here.endsWith("/") && `${here}index.html`.endsWith(`/canvas/${path}`));
}

async function answer({ id, what, params }: Asked): Promise<void> {
  const reply = (rest: Omit<FrameAnswer, "clawdia" | "id">) =>
    parent.postMessage({ clawdia: "answer", id, ...rest }, "*");
  try {
    const value = what === "eval" ? await evaluate(wordsAt(params, "javaScript")) : await picture(params);
    reply({ ok: true, value });
  } catch (error) {
    reply({ ok: false, error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
  }
}

/** Texts as they are, other values as JSON. */
async function evaluate(source: string): Promise<string> {
  // Indirect: it runs in the page's global scope. The page is the agent's own, and nobody else's origin.
  // oxlint-disable-next-line no-eval
  const run: (text: string) => unknown = globalThis.eval;
  const value = await run(source);
  return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
}

async function picture(params: Params): Promise<Json> {
  const scope = globalThis as { clawdiaPicture?: (element: HTMLElement, params: Params) => Promise<unknown> };
  if (!scope.clawdiaPicture) {
    const element = document.createElement("script");
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    element.addEventListener("load", () => resolve());
    element.addEventListener("error", () => reject(new Error("the picture's script cannot be loaded")));
    element.src = new URL("a2ui/picture.js", base).href;
    document.head.append(element);
    await promise;
    element.remove();
  }
  return (await scope.clawdiaPicture!(document.documentElement, params)) as Json;
}

/** The names by which pages of every family of apps speak to the agent. */
function bridge(): void {
  const scope = globalThis as Record<string, unknown>;
  for (const brand of ["Clawdia", "OpenClaw", "Moltbot", "Clawdbot"]) {
    scope[brand] ??= { sendUserAction: send, postMessage: send };
    scope[`${brand[0]!.toLowerCase()}${brand.slice(1).toLowerCase()}SendUserAction`] ??= send;
  }
}

function send(action: unknown): boolean {
  const given = typeof action === "object" && action !== null ? action : { name: String(action) };
  const userAction = { id: newId(), ...given };
  if (tellApp(userAction)) return true;
  if (parent === window) return false;
  parent.postMessage({ clawdia: "say", text: JSON.stringify(given) }, "*");
  return true;
}

function isAsked(data: unknown): data is Asked {
  return typeof data === "object" && data !== null && (data as { clawdia?: unknown }).clawdia === "ask";
}
