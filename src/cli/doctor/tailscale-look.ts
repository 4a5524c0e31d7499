import { realClock } from "../../lib/index.ts";
import { Tailscale, troubleOf } from "../../tailscale/index.ts";
import { type Finding, type Look, type Scene, well } from "./finding.ts";

/** Tailscale on this machine, and whether it and the gateway are of one mind. */

/** While no gateway runs: the config says what the next one wants. */
export const lookAtTailscale: Look = (scene) =>
  scene.holder || !scene.config ? [] : tailscaleFindings(scene, scene.config.gateway.tailscale.mode);

/** `mode` is what a gateway wants that runs here, or would. */
export async function tailscaleFindings({ environment, holder }: Scene, mode: string): Promise<Finding[]> {
  const tailscale = new Tailscale({ environment, clock: realClock });
  const isOff = mode === "off";
  if (isOff && tailscale.program === undefined) return [];
  const status = await tailscale.status();
  const trouble = status.kind === "trouble" ? status : troubleOf(status.value);
  // A gateway that runs says it itself, and nobody has to want Tailscale.
  if (trouble && (holder || isOff)) return [];
  if (trouble)
    return [{ id: "tailscale.waits", level: "bad", text: `${trouble.reason} (${mode})`, next: trouble.cure }];
  const name = status.kind === "answer" ? status.value.name! : "";
  if (!isOff) return [well("tailscale.ready", `Tailscale is ready, as ${name}`)];
  return [(holder && (await leftover(tailscale, name, holder.url))) ?? unused(name)];
}

function unused(name: string): Finding {
  const text = `Tailscale is here, as ${name}, and could lead your other machines to the gateway`;
  return { id: "tailscale.unused", level: "note", text, next: "clawdia config set gateway.tailscale.mode serve" };
}

/** The gateway turns such requests away. */
async function leftover(tailscale: Tailscale, name: string, url: string): Promise<Finding | undefined> {
  const served = await tailscale.served(name);
  const root = served.kind === "answer" ? served.value.root : undefined;
  if (!root?.endsWith(`://127.0.0.1:${new URL(url).port}`)) return undefined;
  const text = `https://${name} leads to the gateway, which does not want it (gateway.tailscale.mode off)`;
  return { id: "tailscale.leftover", level: "warn", text, next: "tailscale serve --https=443 off, or set the mode" };
}
