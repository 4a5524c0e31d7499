import type { ArgsDef } from "citty";

/** Flags of every command that talks to a gateway. On the gateway's own machine none of them is needed. */
export const gatewayFlags = {
  json: { type: "boolean", description: "Print JSON for programs; errors too" },
  url: { type: "string", description: "Gateway to talk to (default: the one of this machine)", valueHint: "ws(s)://…" },
  ssh: {
    type: "string",
    description: "Reach the gateway through this machine's ssh server; --url is then as seen from there",
    valueHint: "USER@HOST",
  },
  token: { type: "string", description: "The gateway's token (better: CLAWDIA_GATEWAY_TOKEN)", valueHint: "VALUE" },
  password: {
    type: "string",
    description: "The gateway's password (better: CLAWDIA_GATEWAY_PASSWORD)",
    valueHint: "VALUE",
  },
  "tls-fingerprint": {
    type: "string",
    description: "SHA-256 of the gateway's certificate; any other is refused",
    valueHint: "HEX",
  },
  profile: { type: "string", description: "Use ~/.clawdia-NAME", valueHint: "NAME" },
  timeout: { type: "string", description: "How long to wait for an answer", valueHint: "MS" },
} as const satisfies ArgsDef;

export interface GatewayFlags {
  readonly json?: boolean | undefined;
  readonly url?: string | undefined;
  readonly ssh?: string | undefined;
  readonly token?: string | undefined;
  readonly password?: string | undefined;
  readonly "tls-fingerprint"?: string | undefined;
  readonly profile?: string | undefined;
  readonly timeout?: string | undefined;
}
