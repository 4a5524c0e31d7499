import { Type } from "@sinclair/typebox";
import { invalidRequest, methodsFor, operator, shape } from "../protocol/index.ts";
import type { SetupCodes, SetupProfile } from "./setup-codes.ts";

/** Setup codes on the wire: an address and a secret of its own in one text, for a QR code or a link. */

const { named, nonEmpty, optional, oneOf, timeMs } = shape;

/** How this gateway is reached from outside, as it knows itself. */
export interface OwnAddress {
  readonly url: string;
  /** Which setting it came from. */
  readonly source: string;
  readonly tlsFingerprint: string | undefined;
}

export interface SetupDesk {
  readonly codes: SetupCodes;
  readonly ownAddress: () => OwnAddress;
  readonly auth: "token" | "password";
}

const method = methodsFor<{ setup: SetupDesk }>();

export const setupMethods = {
  "device.pair.setupCode": method({
    summary: "Makes a code that approves one request of one new device, once, within five minutes.",
    access: operator("admin"),
    params: named("DevicePairSetupCodeParams", {
      publicUrl: optional(nonEmpty(2048)),
      preferRemoteUrl: optional(Type.Boolean()),
      includeQr: optional(Type.Boolean()),
      bootstrapProfile: optional(oneOf("limited", "node")),
      joinUrl: optional(Type.Literal(true)),
    }),
    result: named("DevicePairSetupCodeResult", {
      setupCode: nonEmpty(8192),
      joinUrl: optional(nonEmpty(4096)),
      gatewayUrl: nonEmpty(2048),
      auth: oneOf("token", "password"),
      urlSource: nonEmpty(64),
      access: oneOf("full", "limited", "node"),
      expiresAtMs: timeMs(),
    }),
    errors: ["INVALID_REQUEST", "UNAVAILABLE"],
    handle: ({ publicUrl, bootstrapProfile, joinUrl }, { setup }) => {
      const own = setup.ownAddress();
      const url = publicUrl === undefined ? own.url : gatewayUrl(publicUrl);
      const access: SetupProfile = bootstrapProfile ?? "full";
      const { secret, expiresAtMs } = setup.codes.make(access);
      // A pin of our certificate is of use only where our certificate is what the device sees.
      const pin = publicUrl === undefined && own.tlsFingerprint !== undefined && { tlsFingerprint: own.tlsFingerprint };
      // A node's code lets a browser in as a screen; every other one opens the chat.
      const page = access === "node" ? "tab/" : "";
      const code = { url, bootstrapToken: secret, expiresAtMs, ...pin };
      return {
        setupCode: Buffer.from(JSON.stringify(code)).toString("base64url"),
        ...(joinUrl && { joinUrl: `${url.replace(/^ws/, "http").replace(/\/$/, "")}/${page}#setup=${secret}` }),
        gatewayUrl: url,
        auth: setup.auth,
        urlSource: publicUrl === undefined ? own.source : "publicUrl",
        access,
        expiresAtMs,
      };
    },
  }),
};

function gatewayUrl(written: string): string {
  const text = written.replace(/^http(s?):\/\//i, "ws$1://");
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isBare = url && url.username === "" && url.password === "" && url.search === "" && url.hash === "";
  if (!isBare || !/^wss?:$/.test(url.protocol)) throw invalidRequest("publicUrl: write ws(s)://host:port");
  return url.href.replace(/\/$/, "");
}
