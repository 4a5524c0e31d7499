import type { ConnectParams } from "../protocol/index.ts";
import type { CredentialKind } from "./attempts.ts";

export interface Presented {
  readonly kind: CredentialKind;
  readonly text: string;
}

/** The credentials that are there; an empty one is none. */
export function presentedIn(auth: ConnectParams["auth"] = {}): Presented[] {
  const given: [CredentialKind, string | undefined][] = [
    ["token", auth.token],
    ["password", auth.password],
    ["device-token", auth.deviceToken],
    ["bootstrap-token", auth.bootstrapToken],
  ];
  return given.flatMap(([kind, text]) => (text ? [{ kind, text }] : []));
}
