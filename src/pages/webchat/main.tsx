import { render } from "preact";
import type { ConnectError, Credentials } from "../../client/index.ts";
import { storedDeviceToken, takeCredentialsFromAddress } from "../shared/credentials.ts";
import { deviceSigner } from "../shared/device-key.ts";
import { GatewayLink } from "../shared/gateway-link.ts";
import { InsecureScreen, TooOldScreen } from "../shared/gate.tsx";
import { pageIdentity } from "../shared/identity.ts";
import { type Keep, openKeep } from "../shared/keep.ts";
import { applyTheme } from "../shared/theme.ts";
import { App } from "./app.tsx";
import { Chat } from "./chat.ts";
import { Desk } from "./desk.ts";
import { followFirstRun } from "./first-run.ts";
import { followHistory } from "./views.ts";
import "../shared/page.css";
import "./layout.css";
import "./messages.css";
import "./markdown.css";
import "./composer.css";
import "./desk.css";
import "./nodes.css";
import "./setup.css";

/** WebChat: the page on which a person talks with their agent. */

/** What the owner is asked to grant; the page makes do with less and hides what it may not do. */
const scopes = ["operator.admin", "operator.read", "operator.write", "operator.approvals", "operator.pairing"];

async function start(root: HTMLElement): Promise<void> {
  const given = takeCredentialsFromAddress();
  applyTheme();
  if (!isSecureContext) return render(<InsecureScreen />, root);
  const keep = await openKeep();
  const link = await linkOf(keep, given);
  if (!link) return render(<TooOldScreen />, root);
  const { gateway, chat, desk } = link;
  followHistory();
  followFirstRun(desk);
  await chat.restore();
  render(<App link={gateway} chat={chat} desk={desk} />, root);
  gateway.start();
  addEventListener("online", () => gateway.hurry());
  document.addEventListener("visibilitychange", () => gateway.hurry());
  addEventListener("hashchange", () => {
    const later = takeCredentialsFromAddress();
    if (later !== undefined) gateway.startWith(later);
  });
  // The page works without its worker; only a reload while the gateway is away needs it.
  await navigator.serviceWorker?.register("/worker.js").catch(() => undefined);
}

async function linkOf(keep: Keep, given: Credentials | undefined) {
  const signer = await deviceSigner(keep).catch(() => undefined);
  if (!signer) return undefined;
  const chat = new Chat(keep);
  const desk = new Desk();
  const gateway = new GatewayLink({
    identity: pageIdentity("webchat-ui", "webchat"),
    scopes,
    signer,
    given,
    tokens: storedDeviceToken(location.origin),
    onEvent: (frame) => {
      chat.hear(frame);
      desk.hear(frame);
    },
    onGap: () => {
      chat.gapped();
      desk.readAll();
    },
  });
  gateway.state.watch(() => {
    const state = gateway.state.value;
    if (state.kind === "open") {
      chat.opened(state.client);
      return desk.opened(state.client);
    }
    chat.lost();
    desk.lost();
    if (state.kind !== "refused" || !isRevoked(state.error)) return undefined;
    desk.forget();
    return void chat.forget();
  });
  return { gateway, chat, desk };
}

/** Access was taken back: then this browser must not go on showing what it remembers. */
function isRevoked(error: ConnectError): boolean {
  return error.detailCode === "AUTH_DEVICE_TOKEN_MISMATCH";
}

void start(document.getElementById("page")!);
