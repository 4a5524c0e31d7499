import { version } from "../../app/version.ts";
import { realClock } from "../../lib/index.ts";
import { withGateway } from "../connected.ts";
import { Failure } from "../failure.ts";
import type { GatewayFlags } from "../gateway-flags.ts";
import { shown } from "../words.ts";
import { type Finding, type Scene, well } from "./finding.ts";
import { tailscaleFindings } from "./tailscale-look.ts";

/** What the running gateway says of itself: networks, deliveries, who waits, and the model. */

const answerMs = 5_000;

export async function lookAtGateway(scene: Scene, flags: GatewayFlags, asksModel: boolean): Promise<Finding[]> {
  if (!scene.holder) return [{ id: "gateway.down", level: "note", text: "no gateway runs on this state" }];
  const asked = { ...flags, timeout: flags.timeout ?? String(answerMs) };
  try {
    return await withGateway(asked, async ({ client, call, target }) => {
      const { gateway } = await call("status", {});
      const found = [
        ...versionFindings(gateway.version),
        ...gateway.advice.map((line) => adviceFinding(shown(line, 600))),
        ...skewFindings(client.skewMs),
      ];
      if (target.isLocal) found.push(...(await tailscaleFindings(scene, gateway.tailscale?.mode ?? "off")));
      if (asksModel) found.push(await modelFinding(gateway.model, call));
      return found.some(({ level }) => level !== "note" && level !== "well")
        ? found
        : [well("gateway.up", "the gateway is well"), ...found];
    });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const text = `process ${scene.holder.pid} holds the state, but does not answer: ${error.message}`;
    return [{ id: "gateway.deaf", level: "bad", text, next: error.next ?? "clawdia service restart" }];
  }
}

/** A line of advice is what is the matter, a colon, and the cure. */
export function adviceFinding(line: string): Finding {
  const at = line.lastIndexOf(": ");
  const [text, next] = at === -1 ? [line, undefined] : [line.slice(0, at), line.slice(at + 2)];
  const waiting = /asks on|waits for approval|no network is linked|no language model|nothing is set up yet/;
  if (waiting.test(text)) return { id: "gateway.advice", level: "note", text, next };
  // Whoever knows the address comes in all the same.
  return { id: "gateway.advice", level: text.startsWith("apps do not find") ? "warn" : "bad", text, next };
}

function versionFindings(running: string): Finding[] {
  if (running === version) return [];
  const text = `version ${shown(running)} runs, and this program is ${version}`;
  return [{ id: "gateway.version", level: "warn", text, next: "clawdia service restart" }];
}

const skewMax = 120_000;

function skewFindings(skewMs: number): Finding[] {
  if (Math.abs(skewMs) <= skewMax) return [];
  const minutes = Math.round(Math.abs(skewMs) / 60_000);
  const text = `this machine's clock and the gateway's are ${minutes} minutes apart`;
  return [{ id: "gateway.clock", level: "warn", text, next: "set both right" }];
}

type Call = Parameters<Parameters<typeof withGateway>[1]>[0]["call"];

const modelMs = 60_000;

async function modelFinding(model: string, call: Call): Promise<Finding> {
  if (model === "builtin/echo") {
    return { id: "model.none", level: "note", text: "no language model is connected", next: "clawdia models choose" };
  }
  const startedAt = realClock.elapsedMs();
  const { ok, message } = await call("models.test", { model }, { timeoutMs: modelMs });
  const tookMs = Math.round(realClock.elapsedMs() - startedAt);
  if (ok) return well("model.answers", `${shown(model)} answers, in ${tookMs} ms`);
  const text = `${shown(model)} does not answer: ${shown(message ?? "it gave no reason", 300)}`;
  return { id: "model.deaf", level: "bad", text, next: `clawdia models test ${shown(model)}` };
}
