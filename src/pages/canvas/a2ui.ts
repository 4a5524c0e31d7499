import { tellApp } from "./app-bridge.ts";
import { newId } from "./new-id.ts";
import { Notice } from "./notice.ts";
import { PageSocket } from "./page-socket.ts";
import type { FromGateway, UserAction } from "./page-words.ts";
import { Pressed } from "./pressed.ts";
import { Surfaces } from "./surfaces.ts";
import "./surfaces.css";

/** What apps load in their web views, and people by a link: the surfaces of a board and nothing else. */

const scope = globalThis as Record<string, unknown>;
const brands = ["openclaw", "moltbot", "clawdbot"] as const;
const notice = new Notice(document.getElementById("notice")!);
const pressed = new Pressed(notice, () => socket);
const surfaces = new Surfaces(document.getElementById("surfaces")!, {
  act: (action) => act(action),
  trouble: (text) => socket.send({ type: "trouble", text }),
  changed: (count) => document.body.classList.toggle("is-empty", count === 0),
});
let right = "view";

/** This page is at `…/a2ui/`; its socket is beside it. */
const board = new URLSearchParams(location.search).get("board") ?? "main";
const address = `${new URL("../ws", location.href).pathname}?board=${encodeURIComponent(board)}`;
const socket = new PageSocket(() => address, {
  hear,
  online: (isOnline) => {
    notice.say(isOnline ? "" : "The gateway is away");
    if (!isOnline) void lookWhetherOver();
  },
  over: () => sayOver(),
});

/** A browser tells nobody why a socket was refused: the link's own address says whether its time is over. */
async function lookWhetherOver(): Promise<void> {
  // An app's page is given a new address by its app.
  if (right !== "view") return;
  const answer = await fetch(location.href, { method: "HEAD", cache: "no-store" }).catch(() => undefined);
  if (answer?.status === 401) socket.end();
}

function sayOver(): void {
  surfaces.replay([]);
  notice.say("");
  document.getElementById("over")!.hidden = false;
}

for (const brand of ["clawdia", ...brands]) {
  addEventListener(`${brand}:a2ui-action-status`, (event) => {
    const { ok, error } = (event as CustomEvent<{ readonly ok?: boolean; readonly error?: string }>).detail ?? {};
    notice.say(ok ? "Working…" : (error ?? "It could not be sent"), 4_000);
  });
}

function hear(message: FromGateway): void {
  switch (message.type) {
    case "welcome":
      right = message.right;
      return surfaces.filesAt(message.files);
    case "a2ui":
      if (!message.replay) return surfaces.apply(message.messages);
      surfaces.replay(message.messages);
      // Apps push as soon as they find it: not before all that was there is drawn again.
      return expose();
    case "status":
      return pressed.hear(message);
    case "ask":
      return socket.send({ type: "answer", id: message.id, ok: false, error: "this screen is an app's: ask its node" });
    default:
  }
}

/** An app's own way to the gateway is taken where there is one: the app shows that it is trusted. */
function act(action: UserAction): void {
  if (tellApp({ id: newId(), ...action })) return notice.say("Sending…");
  if (right === "act") return pressed.press(action);
  return notice.say("This link is for looking only", 4_000);
}

function expose(): void {
  const host = {
    /** What an app was asked to show: the gateway keeps it, and tells all screens, this one too. */
    applyMessages: (messages: readonly object[]) => {
      if (right === "act") socket.send({ type: "push", id: newId(), messages });
      else surfaces.apply(messages);
      return { ok: true, surfaces: surfaces.ids };
    },
    reset: () => {
      surfaces.replay([]);
      return { ok: true };
    },
    getSurfaces: () => surfaces.ids,
  };
  for (const name of ["clawdiaA2UI", "openclawA2UI", "moltbotA2UI", "clawdbotA2UI"]) scope[name] = host;
}
