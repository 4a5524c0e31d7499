import type { SocketApproach } from "../gateway/index.ts";
import type { Ground } from "./ground.ts";
import { ownAddress } from "./own-address.ts";

/** Where the canvas is, for who is told its address. */
export interface CanvasAddress {
  /** For web views of a client, by what it calls us. */
  readonly forClient: (approach: Pick<SocketApproach, "baseUrl" | "isForwarded">) => string;
  /** For links that show. */
  readonly forViewers: () => string;
  /** For links to pages that talk to the gateway: these need its own port. */
  readonly forTabs: () => string;
}

export function canvasAddress(ground: Ground): CanvasAddress {
  const { options, gateway, wayIn } = ground;
  const { canvasHost } = options.config;
  const own = () => ownAddress(ground).url.replace(/^ws/, "http");
  /** Web views take no certificate that is only pinned: on request they are led to the port without TLS. */
  const beside = (base: string) => {
    const { sidePort } = gateway;
    const isPlain = gateway.listening.tls !== undefined && canvasHost.tls === "off" && sidePort !== undefined;
    return isPlain ? `http://${new URL(base).hostname}:${sidePort}` : base;
  };
  return {
    // A proxy has a certificate that browsers take, and leads to the gateway's port.
    forClient: ({ baseUrl, isForwarded }) => canvasHost.publicUrl ?? (isForwarded ? baseUrl : beside(baseUrl)),
    forViewers: () => canvasHost.publicUrl ?? wayIn.url ?? beside(own()),
    forTabs: () => canvasHost.publicUrl ?? own(),
  };
}
