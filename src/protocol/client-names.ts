import { namedOneOf } from "./shapes.ts";

/** What clients call themselves. It is shown to people and never decides what a client may do. */

const families = ["clawdia", "openclaw", "moltbot", "clawdbot"] as const;
const branded = [
  "control-ui",
  "macos",
  "ios",
  "android",
  "probe",
  "linux",
  "watchos",
  "browser-copilot",
  "tui",
  "worker",
] as const;
const unbranded = ["webchat-ui", "webchat", "cli", "gateway-client", "node-host", "test", "fingerprint"] as const;

/** Every brand family's ids (section 0 of the wire document), for both protocol generations. */
export const clientIds: readonly string[] = [
  ...unbranded,
  ...families.flatMap((family) => branded.map((name) => `${family}-${name}`)),
];

export const ClientMode = namedOneOf(
  "ClientMode",
  "webchat",
  "cli",
  "ui",
  "backend",
  "node",
  "probe",
  "test",
  "worker",
);

/** A control page that runs in a browser: without a key of its own it is told to use a secure context. */
export function isControlPage(clientId: string): boolean {
  return clientId.endsWith("-control-ui");
}
