import { defineCommand } from "citty";
import type { Methods } from "../gateway/index.ts";
import type { ResultOf } from "../protocol/index.ts";
import { withGateway } from "./connected.ts";
import type { Detection } from "./models/detection.ts";
import { type GatewayFlags, gatewayFlags } from "./gateway-flags.ts";
import { glyphsFor } from "./glyphs.ts";
import { columnsMax, isTerminal, printJson, printLine } from "./print.ts";
import { type Activity, drawStatus } from "./status-picture.ts";
import { paint } from "./style.ts";

/** `clawdia status`: the gateway at one look, and what to type next. */
export const statusCommand = defineCommand({
  meta: { name: "status", description: "Show the gateway, who is connected, and what to do next" },
  args: gatewayFlags,
  run: ({ args }) => showStatus(args),
});

type Presence = ResultOf<Methods["system-presence"]>[number];

async function showStatus(flags: GatewayFlags): Promise<void> {
  const { status, presence, url, devices, found, pin } = await withGateway(flags, async ({ call, target }) => {
    const [summary, present, listed] = await Promise.all([
      call("status", {}),
      call("system-presence", {}),
      // A device that may not manage devices still sees the rest.
      call("device.pair.list", {}).catch(() => undefined),
    ]);
    const isEcho = summary.gateway.model === "builtin/echo";
    const seen = isEcho ? await call("models.detect", {}).catch(() => undefined) : undefined;
    return {
      status: summary,
      presence: present,
      devices: listed,
      url: target.url,
      found: seen,
      pin: target.sockets.pin,
    };
  });
  const waiting = devices?.pending.length;
  if (flags.json)
    return printJson({ url, tlsFingerprint: pin ?? null, ...status, devicesWaiting: waiting ?? null, presence });
  const { sessions, gateway } = status;
  const facts = {
    status: { ...status, activity: status.activity ?? nothingKnown },
    url,
    pin,
    clients: clientNames(presence),
    devices: devices && { approved: devices.paired.length, waiting: devices.pending.length },
    advice: gateway.advice,
    hints: [...modelAdvice(found), ...(sessions.count === 0 ? ["say hello: clawdia chat"] : [])],
  };
  const columns = isTerminal() ? columnsMax() : columnsOfText;
  for (const line of drawStatus(facts, { columns, glyphs: glyphsFor(), paint })) printLine(line);
}

/** Of a gateway that does not say what goes on. */
const nothingKnown: Activity = {
  atMs: 0,
  networks: [],
  messages: { waiting: 0, leaving: 0, held: 0, lost: 0 },
  memoryBudgetBytes: 1,
  nodes: [],
  jobs: [],
  jobCount: 0,
};

/** Where no terminal says how wide it is. */
const columnsOfText = 120;

/** The model that could think right now on the gateway's machine, if there is exactly one. It is never chosen. */
function modelAdvice(found: Detection | undefined): string[] {
  const ready = (found?.servers ?? []).flatMap(({ vendor, models }) =>
    models.filter(({ tools, isLoaded }) => tools === true && isLoaded === true).map(({ id }) => `${vendor}/${id}`),
  );
  return ready.length === 1 ? [`a local model is ready: clawdia models choose ${ready[0]}`] : [];
}

function clientNames(presence: readonly Presence[]): string[] {
  const others = presence.filter(({ reason, mode }) => reason === "connect" && mode !== "gateway" && mode !== "cli");
  return [...new Set(others.map(({ host, platform, mode }) => host ?? platform ?? mode))].filter(
    (name) => name !== undefined,
  );
}
