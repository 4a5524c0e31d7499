import { oneLine } from "../lib/index.ts";
import type { BriefOutcome } from "../programs/index.ts";
import type { OwnStatus } from "./answers.ts";

/** Why Tailscale does not do what was asked, in words, and what a person does about it. Pure. */

export interface TailscaleTrouble {
  readonly reason: string;
  /** The next command, or the page to open. */
  readonly cure: string;
}

export const notInstalled: TailscaleTrouble = {
  reason: "Tailscale is not installed, or not in PATH",
  cure: "https://tailscale.com/download, then sudo tailscale up",
};

const adminDns = "https://login.tailscale.com/admin/dns";

/** Undefined when the machine is in its tailnet, with a name that certificates may be had for. */
export function troubleOf(status: OwnStatus): TailscaleTrouble | undefined {
  const { backend, name, loginUrl, hasCertificates } = status;
  if (backend === "NeedsLogin" || backend === "NoState")
    return { reason: "Tailscale is not logged in", cure: loginUrl ?? "sudo tailscale up" };
  if (backend === "NeedsMachineAuth") {
    const reason = "an admin of the tailnet has not approved this machine";
    return { reason, cure: "https://login.tailscale.com/admin/machines" };
  }
  if (backend === "Stopped") return { reason: "Tailscale is stopped", cure: "sudo tailscale up" };
  if (backend !== "Running")
    return { reason: `Tailscale is not ready (${oneLine(backend, 40)})`, cure: "tailscale status" };
  if (name === undefined)
    return { reason: "this machine has no MagicDNS name", cure: `enable MagicDNS at ${adminDns}` };
  if (hasCertificates) return undefined;
  return { reason: "the tailnet has no HTTPS certificates", cure: `enable HTTPS at ${adminDns}` };
}

interface Saying {
  readonly pattern: RegExp;
  readonly trouble: (found: RegExpExecArray, user: string) => TailscaleTrouble;
}

/** What the command is known to say, the most telling first. */
const sayings: readonly Saying[] = [
  {
    pattern: /access denied|permission denied|must be root|requires root/i,
    trouble: (_, user) => ({
      reason: "Tailscale does not let this user change what it serves",
      cure: `sudo tailscale set --operator=${user}`,
    }),
  },
  {
    pattern: /(serve|funnel|https) is not enabled on your tailnet[^]*?(https:\/\/\S+)/i,
    trouble: ([, what = "", page = ""]) => ({
      reason: `${what[0]?.toUpperCase()}${what.slice(1).toLowerCase()} is not enabled on the tailnet`,
      cure: `open ${page}`,
    }),
  },
  {
    pattern: /https must be enabled|error enabling https|not support getting tls certs/i,
    trouble: () => ({ reason: "the tailnet has no HTTPS certificates", cure: `enable HTTPS at ${adminDns}` }),
  },
  {
    pattern: /"?funnel"? node attribute not set|not allowed for funnel|funnel not available|funnel is not enabled/i,
    trouble: () => ({
      reason: "the tailnet's policy does not allow this machine a Funnel",
      cure: "https://tailscale.com/s/no-funnel, or gateway.tailscale.mode serve",
    }),
  },
  {
    pattern: /failed to connect to local tailscale|doesn't appear to be running|is tailscaled running/i,
    trouble: () => ({
      reason: "Tailscale's daemon does not run",
      cure: process.platform === "darwin" ? "open -a Tailscale" : "sudo systemctl start tailscaled",
    }),
  },
  {
    pattern: /flag provided but not defined|unknown subcommand|unknown flag/i,
    trouble: () => ({ reason: "this Tailscale is older than 1.52", cure: "sudo tailscale update" }),
  },
  {
    pattern: /not logged in|logged out|needs? login/i,
    trouble: () => ({ reason: "Tailscale is not logged in", cure: "sudo tailscale up" }),
  },
];

const sayingCharsMax = 160;

/** Of a command that did not do it; what it had said when its time was up counts, too: it waits for people. */
export function troubleIn(outcome: BriefOutcome, command: string, user: string): TailscaleTrouble {
  const said = `${outcome.stderr}\n${outcome.stdout}`;
  for (const { pattern, trouble } of sayings) {
    const found = pattern.exec(said);
    if (found) return trouble(found, user);
  }
  if (outcome.end === "unstartable") return { reason: `tailscale cannot be started`, cure: "tailscale version" };
  if (outcome.end === "late") return { reason: `${command} does not answer`, cure: "tailscale status" };
  if (outcome.end === "cut") return { reason: `${command} said more than fits`, cure: command };
  const last = said.split("\n").findLast((line) => line.trim() !== "") ?? `it ended with exit code ${outcome.code}`;
  return { reason: `${command}: ${oneLine(last.trim(), sayingCharsMax)}`, cure: command };
}
