import { defineCommand } from "citty";
import type { Methods } from "../gateway/index.ts";
import type { ResultOf } from "../protocol/index.ts";
import { withGateway } from "./connected.ts";
import type { Detection } from "./models/detection.ts";
import { type GatewayFlags, gatewayFlags } from "./gateway-flags.ts";
import { printJson, printLine } from "./print.ts";
import { paint } from "./style.ts";
import { printFramedFacts, printTable } from "./table.ts";
import { agoWords, countWords, megabyteWords, shown } from "./words.ts";
import { spanWords } from "../lib/index.ts";

/** `clawdia status`: the gateway at one look, and what to type next. */
export const statusCommand = defineCommand({
  meta: { name: "status", description: "Show the gateway, who is connected, and what to do next" },
  args: gatewayFlags,
  run: ({ args }) => showStatus(args),
});

type Presence = ResultOf<Methods["system-presence"]>[number];

const sessionsShown = 5;

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
  const { gateway, sessions } = status;
  const nowMs = presence[0]?.ts ?? 0;
  printFramedFacts("Clawdia", [
    ["gateway", `${paint("green", "up")} at ${paint("bold", shown(url))}, for ${spanWords(gateway.uptimeMs)}`],
    ["certificate", pin],
    ["tailscale", tailscaleWords(gateway.tailscale)],
    ["version", `${shown(gateway.version)}, process ${gateway.pid}, ${megabyteWords(gateway.rssBytes)}`],
    ["model", shown(gateway.model)],
    ["connections", connectionWords(gateway.connections, presence)],
    ["runs", gateway.runsActive === 0 ? "none now" : `${countWords(gateway.runsActive, "run")} now`],
    ["sessions", String(sessions.count)],
    ["devices", deviceWords(devices)],
    ...status.channelSummary.map((line, index): [string, string] => [
      index === 0 ? "networks" : "",
      networkWords(line),
    ]),
  ]);
  if (sessions.recent.length > 0) {
    printLine();
    printTable(
      ["SESSION", "LAST USED", "TOKENS", "MODEL"],
      sessions.recent
        .slice(0, sessionsShown)
        .map(({ key, updatedAt, totalTokens, model }) => [
          key,
          agoWords(updatedAt, Math.max(nowMs, updatedAt ?? 0)),
          String(totalTokens ?? 0),
          model ?? "",
        ]),
    );
  }
  const advice = [
    ...gateway.advice,
    ...modelAdvice(found),
    ...(sessions.count === 0 ? ["say hello: clawdia chat"] : []),
  ];
  if (advice.length === 0) return;
  printLine();
  for (const line of advice) printLine(`${paint("yellow", "→")} ${shown(line)}`);
}

function tailscaleWords(found: ResultOf<Methods["status"]>["gateway"]["tailscale"]): string | undefined {
  if (!found) return undefined;
  const who = found.mode === "serve" ? "for the tailnet" : "for the whole internet";
  return found.url === undefined ? paint("yellow", `${found.mode}, not yet`) : `${shown(found.url)}, ${who}`;
}

/** What works is green, what needs somebody or time is yellow. */
function networkWords(line: string): string {
  return paint(/: connected\b/.test(line) ? "green" : "yellow", shown(line));
}

/** The model that could think right now on the gateway's machine, if there is exactly one. It is never chosen. */
function modelAdvice(found: Detection | undefined): string[] {
  const ready = (found?.servers ?? []).flatMap(({ vendor, models }) =>
    models.filter(({ tools, isLoaded }) => tools === true && isLoaded === true).map(({ id }) => `${vendor}/${id}`),
  );
  return ready.length === 1 ? [`a local model is ready: clawdia models choose ${ready[0]}`] : [];
}

function connectionWords(count: number, presence: readonly Presence[]): string {
  const others = presence.filter(({ reason, mode }) => reason === "connect" && mode !== "gateway" && mode !== "cli");
  const names = [...new Set(others.map(({ host, platform, mode }) => shown(host ?? platform ?? mode, 64)))];
  return `${count}, this one included${names.length === 0 ? "" : `: ${names.join(", ")}`}`;
}

function deviceWords(devices: ResultOf<Methods["device.pair.list"]> | undefined): string | undefined {
  if (!devices) return undefined;
  const { pending, paired } = devices;
  const waiting =
    pending.length === 0
      ? "none waiting"
      : paint("yellow", `${countWords(pending.length, "device")} waiting for approval`);
  return `${paired.length} approved, ${waiting}`;
}
