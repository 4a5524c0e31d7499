import { Type } from "@sinclair/typebox";
import { shape } from "../protocol/index.ts";

/** Tailscale in front of the gateway's port. */
const { choice, named } = shape;

export const tailscaleModes = ["off", "serve", "funnel"] as const;

export const TailscaleSettings = named(
  "TailscaleSettings",
  {
    mode: choice(tailscaleModes, {
      default: "off",
      description:
        "Whether this machine's Tailscale hands on to the gateway, at https://NAME.TAILNET.ts.net. serve: to the " +
        "machines of the tailnet. funnel: to the whole internet; it needs gateway.auth.password. Both need bind " +
        "loopback.",
    }),
    resetOnExit: Type.Boolean({
      default: false,
      description: "Take it back when the gateway stops. Off: Tailscale keeps it, and says 502 while no gateway runs.",
    }),
  },
  { default: {}, description: "Tailscale in front of the gateway." },
);
