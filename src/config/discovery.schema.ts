import { type Static, Type } from "@sinclair/typebox";
import { shape } from "../protocol/index.ts";

/** How apps in the same network find the gateway. */
const { choice, named, optional } = shape;

const MdnsSettings = named(
  "MdnsSettings",
  {
    mode: choice(["off", "minimal", "full"], {
      default: "minimal",
      description:
        "What is told. minimal: the name, the port, the certificate's fingerprint, and the canvas's port; full: also " +
        "the program's path and the SSH port, for the macOS app's remote set-up; off: nothing is announced.",
    }),
    displayName: optional(
      Type.String({
        pattern: "^[^\\u0000-\\u001f\\u007f]+$",
        minLength: 1,
        maxLength: 64,
        description: "What apps call this gateway. Absent: this machine's name.",
      }),
    ),
  },
  {
    default: {},
    description: "Announcing by multicast DNS (Bonjour), on the networks that the port listens on beside loopback.",
  },
);

export const DiscoverySettings = named(
  "DiscoverySettings",
  { mdns: MdnsSettings },
  { default: {}, description: "How apps in the same network find the gateway." },
);
export type DiscoverySettings = Static<typeof DiscoverySettings>;
