import { type DeviceSigner, signDevice } from "../../src/client/index.ts";
import { signatureTextV1, signatureTextV2, type SignedFacts, signedToken } from "../../src/protocol/index.ts";

/** Writes `connect` as clients of every generation do. */

export interface Greeting {
  /** Lowest and highest protocol; 4 and 4 by default. */
  readonly range?: readonly [number, number];
  readonly client?: Readonly<Record<string, unknown>>;
  readonly role?: string;
  readonly scopes?: readonly string[];
  readonly auth?: Readonly<Record<string, string>>;
  readonly signer?: DeviceSigner;
  /** Version of the signed text; 1 leaves the nonce out. */
  readonly text?: 1 | 2 | 3;
  readonly signedAtMs?: number;
  /** In place of the challenge's own. */
  readonly nonce?: string;
  /** Further keys of the params, or others in place of those above. */
  readonly more?: Readonly<Record<string, unknown>>;
}

export interface Challenge {
  readonly nonce: string;
  readonly ts: number;
}

export type ConnectParamsText = Readonly<Record<string, unknown>>;

export async function connectParams(greeting: Greeting, challenge: Challenge): Promise<ConnectParamsText> {
  const { range: [minProtocol, maxProtocol] = [4, 4], role, scopes, auth, signer, more } = greeting;
  const client = { id: "test", version: "1", platform: "linux", mode: "test", ...greeting.client };
  return {
    minProtocol,
    maxProtocol,
    client,
    ...(role !== undefined && { role }),
    ...(scopes && { scopes }),
    ...(auth && { auth }),
    ...(signer && { device: await signed(signer, greeting, client, challenge) }),
    ...more,
  };
}

async function signed(
  signer: DeviceSigner,
  { role = "operator", scopes = [], auth, text = 3, signedAtMs, nonce }: Greeting,
  client: Readonly<Record<string, unknown>>,
  challenge: Challenge,
) {
  const facts: SignedFacts = {
    deviceId: signer.deviceId,
    clientId: String(client["id"]),
    clientMode: String(client["mode"]),
    role,
    scopes,
    signedAtMs: signedAtMs ?? challenge.ts,
    token: signedToken(auth),
    nonce: nonce ?? challenge.nonce,
    platform: String(client["platform"]),
    deviceFamily: typeof client["deviceFamily"] === "string" ? client["deviceFamily"] : "",
  };
  if (text === 3) return signDevice(signer, facts);
  const own = { id: signer.deviceId, publicKey: signer.publicKey, signedAt: facts.signedAtMs };
  if (text === 1) return { ...own, signature: await signer.sign(signatureTextV1(facts)) };
  return { ...own, nonce: facts.nonce, signature: await signer.sign(signatureTextV2(facts)) };
}
