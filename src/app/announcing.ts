import { Announcer, hostLabel } from "../discovery/index.ts";
import { hmacText, hostName, sha256Text } from "../lib/index.ts";
import { certificateFacts } from "../net/index.ts";
import type { Ground } from "./ground.ts";

/** What the gateway announces of itself: as little as its apps need, and only where it listens beyond this machine. */
export function buildAnnouncer(ground: Ground, changed: () => void): Announcer {
  const { options, gateway, supervisor } = ground;
  const { clock, log } = options.world;
  const label = hostLabel(sha256Text(hmacText(options.deviceTokenKey, "the host name that is announced")));
  return new Announcer({
    clock,
    log: log.for("discovery"),
    supervisor,
    wishes: () => {
      const { mode, displayName } = options.config.discovery.mdns;
      if (mode === "off") return undefined;
      const { tls, addresses } = gateway.listening;
      const tlsFingerprint = tls && certificateFacts({ certificate: tls.cert, key: tls.key }).fingerprint;
      const facts = {
        displayName: displayName ?? shortName(hostName()),
        hostLabel: label,
        port: gateway.port,
        tlsFingerprint,
        canvasPort: options.config.canvasHost.enabled ? (gateway.sidePort ?? gateway.port) : undefined,
        tailnetDns: tailnetName(ground),
        remoteSetup: mode === "full" ? { cliPath: ownProgram() } : undefined,
      };
      return { facts, bound: addresses };
    },
    named: (hosts) => gateway.answerTo(hosts),
    changed,
  });
}

/** Without the domain, which says where the machine belongs to. */
function shortName(host: string): string {
  return host.split(".")[0] || host;
}

/** This machine's name in its tailnet: by Tailscale's word, or where the config tells one. */
function tailnetName({ options, wayIn }: Ground): string | undefined {
  if (wayIn.front) return wayIn.front.name;
  const { gateway, canvasHost } = options.config;
  const publicHost = canvasHost.publicUrl === undefined ? [] : [new URL(canvasHost.publicUrl).hostname];
  return [...gateway.allowedHosts, ...publicHost].find((host) => host.toLowerCase().endsWith(".ts.net"));
}

function ownProgram(): string | undefined {
  return Bun.isStandaloneExecutable ? process.execPath : undefined;
}
