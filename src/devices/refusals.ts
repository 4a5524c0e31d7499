import { type ConnectParams, GatewayError, invalidRequest, isControlPage, type Role } from "../protocol/index.ts";
import type { CredentialKind } from "./attempts.ts";
import type { DeviceId } from "./device.ts";

/** What a device is told that may not come in, with the texts and codes that clients know. */

export function refuseMissingDevice(params: ConnectParams, role: Role): void {
  if (isControlPage(params.client.id)) {
    throw invalidRequest("control ui requires HTTPS or localhost (secure context)", {
      details: { code: "CONTROL_UI_DEVICE_IDENTITY_REQUIRED" },
    });
  }
  const hasShared = Boolean(params.auth?.token) || Boolean(params.auth?.password);
  if (role === "node" || !hasShared) {
    throw deviceRequired();
  }
}

export function pairingRequired(requestId: string, deviceId: DeviceId, reason: string): GatewayError {
  return new GatewayError("NOT_PAIRED", "pairing required", {
    details: {
      code: "PAIRING_REQUIRED",
      requestId,
      deviceId,
      reason,
      approve: `clawdia devices approve ${requestId}`,
    },
  });
}

export function mismatch(presented: readonly CredentialKind[]): GatewayError {
  const [kind = "token"] = presented;
  const codes: Readonly<Record<CredentialKind, string>> = {
    token: "AUTH_TOKEN_MISMATCH",
    password: "AUTH_PASSWORD_MISMATCH",
    "device-token": "AUTH_DEVICE_TOKEN_MISMATCH",
    "bootstrap-token": "AUTH_BOOTSTRAP_TOKEN_INVALID",
    signature: "DEVICE_AUTH_SIGNATURE_INVALID",
  };
  if (kind === "bootstrap-token") {
    const why =
      "unauthorized: setup code unknown, used already or too old (run `clawdia remote` on the gateway's machine)";
    return invalidRequest(why, { details: { code: codes[kind] } });
  }
  const name = kind === "device-token" ? "device token" : `gateway ${kind.replace("-", " ")}`;
  return invalidRequest(`unauthorized: ${name} mismatch (run \`clawdia token\` on the gateway's machine)`, {
    details: { code: codes[kind] },
  });
}

export function secretMissing(kind: "token" | "password"): GatewayError {
  const code = kind === "token" ? "AUTH_TOKEN_MISSING" : "AUTH_PASSWORD_MISSING";
  return invalidRequest(`unauthorized: gateway ${kind} missing (run \`clawdia token\` on the gateway's machine)`, {
    details: { code },
  });
}

export function tailscaleMismatch(): GatewayError {
  const why = "unauthorized: tailscale identity mismatch (give the gateway token, or come through Tailscale itself)";
  return invalidRequest(why, { details: { code: "AUTH_TAILSCALE_IDENTITY_MISMATCH" } });
}

export function deviceRequired(): GatewayError {
  return new GatewayError("NOT_PAIRED", "device identity required", { details: { code: "DEVICE_IDENTITY_REQUIRED" } });
}
