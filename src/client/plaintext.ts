/** Why a URL must not get credentials, or undefined when it may. Names are not trusted for what they look like. */
export function plaintextRefusal(url: string): string | undefined {
  const { protocol, hostname } = new URL(url);
  if (protocol === "wss:") return undefined;
  if (protocol !== "ws:") return `${protocol}// is not a WebSocket address: use ws:// or wss://`;
  if (hostname === "localhost" || isPrivatePath(hostname)) return undefined;
  const tunnel = "ssh -N -L 18789:127.0.0.1:18789 user@host";
  return `ws://${hostname} would send the token unencrypted: use wss://, or a tunnel (${tunnel})`;
}

/** Loopback and Tailscale address literals, whose traffic stays on this host or inside WireGuard. */
function isPrivatePath(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "").toLowerCase();
  if (host === "::1" || host.startsWith("fd7a:115c:a1e0:")) return true;
  const octets = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host)?.slice(1).map(Number);
  if (!octets) return false;
  return octets[0] === 127 || (octets[0] === 100 && octets[1]! >= 64 && octets[1]! < 128);
}
