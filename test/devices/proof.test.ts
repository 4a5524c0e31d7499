import { expect, test } from "bun:test";
import { createPublicKey } from "node:crypto";
import { proveDevice } from "../../src/devices/index.ts";
import { keyFingerprint, parsePublicKey, signText } from "../../src/lib/index.ts";
import {
  type ConnectParams,
  GatewayError,
  type Role,
  signatureTextV3,
  signedToken,
  wireLimits,
} from "../../src/protocol/index.ts";
import {
  vectorDeviceId,
  vectorNonce,
  vectorPrivateKeyPem,
  vectorPublicKey,
  vectorPublicKeyHex,
  vectors,
  vectorSignedAtMs,
} from "./vectors.ts";

type Device = NonNullable<ConnectParams["device"]>;

interface Case {
  readonly params: ConnectParams;
  readonly role?: Role;
  readonly nonce?: string;
  readonly nowMs?: number;
  readonly isLocal?: boolean;
}

function judge({ params, role = "operator", nonce = vectorNonce, nowMs = vectorSignedAtMs, isLocal = true }: Case) {
  try {
    return proveDevice({ params, role, nonce, nowMs, isLocal });
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return `${error.message}: ${String(error.options.details?.["code"])}`;
  }
}

const [first, second, third] = vectors as [(typeof vectors)[0], (typeof vectors)[0], (typeof vectors)[0]];
const proven = { deviceId: vectorDeviceId, publicKey: vectorPublicKey, skewMs: 0 };

for (const { name, text, signature, params, role } of vectors) {
  test(`the published vector is signed and proven alike: ${name}`, () => {
    expect(signText(vectorPrivateKeyPem, text)).toBe(signature);
    expect(judge({ params, role })).toEqual(proven as never);
  });
}

test("a device's id is the hash of its raw key", () => {
  const raw = parsePublicKey(vectorPublicKey)!;
  expect(Buffer.from(raw).toString("hex")).toBe(vectorPublicKeyHex);
  expect(keyFingerprint(raw)).toBe(vectorDeviceId);
});

const pem = createPublicKey({ key: vectorPrivateKeyPem }).export({ type: "spki", format: "pem" });
const standard = Buffer.from(vectorPublicKeyHex, "hex").toString("base64");

const spellings = [
  ["base64url without padding", vectorPublicKey],
  ["base64url with padding", `${vectorPublicKey}=`],
  ["standard base64", standard],
  ["PEM", pem],
] as const;
for (const [name, publicKey] of spellings) {
  test(`a key in ${name} is the same key, and stored in one spelling`, () => {
    expect(judge({ params: withDevice(second.params, { publicKey }) })).toEqual(proven as never);
  });
}

const wrong: readonly (readonly [name: string, given: Case, refusal: string])[] = [
  [
    "another id",
    { params: withDevice(second.params, { id: vectorDeviceId.replace("5", "6") }) },
    "device identity mismatch: DEVICE_AUTH_DEVICE_ID_MISMATCH",
  ],
  [
    "an id in capitals",
    { params: withDevice(second.params, { id: vectorDeviceId.toUpperCase() }) },
    "device identity mismatch: DEVICE_AUTH_DEVICE_ID_MISMATCH",
  ],
  [
    "a key that is none",
    { params: withDevice(second.params, { publicKey: "no key" }) },
    "device public key invalid: DEVICE_AUTH_PUBLIC_KEY_INVALID",
  ],
  [
    "a key that is too short",
    { params: withDevice(second.params, { publicKey: "AAAA" }) },
    "device public key invalid: DEVICE_AUTH_PUBLIC_KEY_INVALID",
  ],
  [
    "PEM of nothing",
    { params: withDevice(second.params, { publicKey: "-----BEGIN PUBLIC KEY-----" }) },
    "device public key invalid: DEVICE_AUTH_PUBLIC_KEY_INVALID",
  ],
  [
    "a changed signature",
    { params: withDevice(second.params, { signature: first.signature }) },
    "device signature invalid: DEVICE_AUTH_SIGNATURE_INVALID",
  ],
  [
    "a signature of 63 bytes",
    { params: withDevice(second.params, { signature: second.signature.slice(0, 84) }) },
    "device signature invalid: DEVICE_AUTH_SIGNATURE_INVALID",
  ],
  [
    "a signature that is no base64",
    { params: withDevice(second.params, { signature: "!".repeat(86) }) },
    "device signature invalid: DEVICE_AUTH_SIGNATURE_INVALID",
  ],
  [
    "another nonce than this connection's",
    { params: second.params, nonce: "another" },
    "device nonce mismatch: DEVICE_AUTH_NONCE_MISMATCH",
  ],
  ["no nonce from afar", { params: first.params, isLocal: false }, "device nonce required: DEVICE_AUTH_NONCE_REQUIRED"],
  [
    "text 1 where a nonce is given",
    { params: withDevice(first.params, { nonce: vectorNonce }) },
    "device signature invalid: DEVICE_AUTH_SIGNATURE_INVALID",
  ],
  [
    "another role",
    { params: third.params, role: "operator" },
    "device signature invalid: DEVICE_AUTH_SIGNATURE_INVALID",
  ],
  [
    "other scopes",
    { params: { ...second.params, scopes: ["operator.admin"] } },
    "device signature invalid: DEVICE_AUTH_SIGNATURE_INVALID",
  ],
  [
    "scopes in another order",
    { params: { ...second.params, scopes: ["operator.approvals", "operator.admin"] } },
    "device signature invalid: DEVICE_AUTH_SIGNATURE_INVALID",
  ],
  [
    "another token",
    { params: { ...second.params, auth: { token: "other" } } },
    "device signature invalid: DEVICE_AUTH_SIGNATURE_INVALID",
  ],
  [
    "another client",
    { params: { ...second.params, client: { ...second.params.client, id: "test" } } },
    "device signature invalid: DEVICE_AUTH_SIGNATURE_INVALID",
  ],
  [
    "another time of signing",
    { params: withDevice(second.params, { signedAt: vectorSignedAtMs + 1 }) },
    "device signature invalid: DEVICE_AUTH_SIGNATURE_INVALID",
  ],
];
for (const [name, given, refusal] of wrong) {
  test(`${name} is refused with its code`, () => expect(judge(given)).toBe(refusal));
}

const { signatureAgeMaxMs, clockSkewMaxMs } = wireLimits;
const expired = "device signature expired: DEVICE_AUTH_SIGNATURE_EXPIRED";
const ages: readonly (readonly [name: string, params: ConnectParams, skewMs: number, limitMs: number])[] = [
  ["without a nonce the clock decides", first.params, -signatureAgeMaxMs, signatureAgeMaxMs],
  ["without a nonce the future counts too", first.params, signatureAgeMaxMs, signatureAgeMaxMs],
  ["with a nonce a clock may be off by a day", second.params, -clockSkewMaxMs, clockSkewMaxMs],
  ["with a nonce a clock may be ahead by a day", second.params, clockSkewMaxMs, clockSkewMaxMs],
];
for (const [name, params, skewMs] of ages) {
  test(name, () => {
    expect(judge({ params, nowMs: vectorSignedAtMs - skewMs })).toEqual({ ...proven, skewMs } as never);
    expect(judge({ params, nowMs: vectorSignedAtMs - skewMs - Math.sign(skewMs) })).toBe(expired);
  });
}

test("an expired signature is answered with both times and the cure", () => {
  const nowMs = vectorSignedAtMs + signatureAgeMaxMs + 1;
  const attempt = () =>
    proveDevice({ params: first.params, role: "operator", nonce: vectorNonce, nowMs, isLocal: true });
  const details = refusalOf(attempt).options.details;
  expect(details).toEqual({
    code: "DEVICE_AUTH_SIGNATURE_EXPIRED",
    signedAtMs: vectorSignedAtMs,
    gatewayNowMs: nowMs,
    hint: "set the clock of this device",
  });
});

test("text 3 covers platform and family, trimmed and in lower case of ASCII", () => {
  const client = { id: "cli", version: "1", platform: " MacOS 15 ", deviceFamily: "MÄC", mode: "cli" } as const;
  const params: ConnectParams = { ...second.params, minProtocol: 4, maxProtocol: 4, client };
  const text = `${second.text.replace("v2|", "v3|")}|macos 15|mÄc`;
  expect(signatureTextV3(factsOf(params))).toBe(text);
  const signed = withDevice(params, { signature: signText(vectorPrivateKeyPem, text) });
  expect(judge({ params: signed })).toEqual(proven as never);
  const changed = { ...signed, client: { ...client, platform: "linux" } };
  expect(judge({ params: changed })).toBe("device signature invalid: DEVICE_AUTH_SIGNATURE_INVALID");
});

test("the signed token is the first present of token, device token and bootstrap token, and never the password", () => {
  const cases: readonly (readonly [auth: ConnectParams["auth"], token: string])[] = [
    [undefined, ""],
    [{ password: "p" }, ""],
    [{ token: "", deviceToken: "d" }, "d"],
    [{ token: "t", deviceToken: "d", bootstrapToken: "b", password: "p" }, "t"],
    [{ deviceToken: "d", bootstrapToken: "b" }, "d"],
    [{ bootstrapToken: "b" }, "b"],
  ];
  expect(cases.map(([auth]) => signedToken(auth))).toEqual(cases.map(([, token]) => token));
});

function withDevice(params: ConnectParams, change: Partial<Device>): ConnectParams {
  return { ...params, device: { ...params.device!, ...change } };
}

function factsOf(params: ConnectParams) {
  return {
    deviceId: params.device!.id,
    clientId: params.client.id,
    clientMode: params.client.mode,
    role: "operator",
    scopes: params.scopes ?? [],
    signedAtMs: params.device!.signedAt,
    token: params.auth?.token ?? "",
    nonce: params.device!.nonce ?? "",
    platform: params.client.platform,
    deviceFamily: params.client.deviceFamily ?? "",
  };
}

function refusalOf(attempt: () => unknown): GatewayError {
  try {
    attempt();
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}
