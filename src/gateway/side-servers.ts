import type { Log } from "../lib/index.ts";
import type { GatewaySettings } from "./gateway-settings.ts";
import { serveSide, type SideServerParts } from "./side-server.ts";

/** The side door's own port at every address; where it is taken, the gateway goes on without it and says so. */
export function openSides(
  { sidePort, sideTls: tls, addresses }: Pick<GatewaySettings, "sidePort" | "sideTls" | "addresses">,
  log: Log,
  parts: Omit<SideServerParts, "hostname" | "port" | "tls" | "onFault">,
): ReturnType<typeof serveSide>[] {
  const servers: ReturnType<typeof serveSide>[] = [];
  if (sidePort === undefined) return servers;
  const onFault = (error: unknown) => log.error("http.failed", { error: String(error) });
  for (const hostname of addresses) {
    try {
      servers.push(serveSide({ ...parts, tls, onFault, hostname, port: servers[0]?.port ?? sidePort }));
    } catch (error) {
      log.warn("canvas.port-taken", { hostname, port: sidePort, error: String(error) });
    }
  }
  return servers;
}
