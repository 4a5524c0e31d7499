import { createPrivateKey } from "node:crypto";
import { publicKeyOf } from "../../src/lib/index.ts";
import type { ConnectParams } from "../../src/protocol/index.ts";

/** The published test vectors: one key, three signed texts (section 16 of the wire document). */

export const vectorDeviceId = "56475aa75463474c0285df5dbf2bcab73da651358839e9b77481b2eab107708c";
export const vectorPublicKey = "A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg";
export const vectorPublicKeyHex = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8";
export const vectorSignedAtMs = 1_769_644_800_000;
export const vectorNonce = "11111111-2222-4333-8444-555555555555";

/** The private key of the seed 00 01 02 … 1f, as PEM. */
export const vectorPrivateKeyPem = createPrivateKey({
  key: Buffer.concat([
    Buffer.from("302e020100300506032b657004220420", "hex"),
    Buffer.from(Array.from({ length: 32 }, (_, index) => index)),
  ]),
  format: "der",
  type: "pkcs8",
}).export({ type: "pkcs8", format: "pem" });

if (publicKeyOf(vectorPrivateKeyPem) !== vectorPublicKey)
  throw new Error("the vectors' key is not the one of the seed");

export interface Vector {
  readonly name: string;
  readonly text: string;
  readonly signature: string;
  readonly params: ConnectParams;
  readonly role: "operator" | "node";
}

const head = `${vectorDeviceId}|cli|cli|operator|operator.admin,operator.approvals|${vectorSignedAtMs}|s3cret`;

export const vectors: readonly Vector[] = [
  vector({
    name: "version 1, a command line on this host",
    text: `v1|${head}`,
    signature: "FEbC3LhlxH5-AJdEMExPELLxhXSTJBTMyMWaJ0GzqcSuQeq9qWYn28Nkqw_cFIzkogB0a7OfA2aA9YAlhoNeAQ",
    nonce: undefined,
  }),
  vector({
    name: "version 2, a command line",
    text: `v2|${head}|${vectorNonce}`,
    signature: "sMekxoxZXmBPlbyJo8D3nCiMz6L2zPqRA1xRdvosJp3sIERDMNqPnaNhiKHFEHicdRArEjWRnOuOinGFO4vmDQ",
    nonce: vectorNonce,
  }),
  {
    name: "version 2, a node on iOS without scopes and without a token",
    text: `v2|${vectorDeviceId}|moltbot-ios|node|node||${vectorSignedAtMs}||${vectorNonce}`,
    signature: "h93i4LRDtzxf6aK-we1hBg0T5ArPjqAlSdIiQnhCm__o7q3tvhSuEOwNMsEdOv5fTzd_-DcZwr9nfclVtBC-BA",
    role: "node",
    params: {
      minProtocol: 3,
      maxProtocol: 3,
      client: { id: "moltbot-ios", version: "1", platform: "iOS 18.1.0", mode: "node" },
      role: "node",
      scopes: [],
      device: {
        id: vectorDeviceId,
        publicKey: vectorPublicKey,
        signature: "h93i4LRDtzxf6aK-we1hBg0T5ArPjqAlSdIiQnhCm__o7q3tvhSuEOwNMsEdOv5fTzd_-DcZwr9nfclVtBC-BA",
        signedAt: vectorSignedAtMs,
        nonce: vectorNonce,
      },
    },
  },
];

function vector({
  name,
  text,
  signature,
  nonce,
}: {
  name: string;
  text: string;
  signature: string;
  nonce: string | undefined;
}): Vector {
  return {
    name,
    text,
    signature,
    role: "operator",
    params: {
      minProtocol: 3,
      maxProtocol: 3,
      client: { id: "cli", version: "1", platform: "linux", mode: "cli" },
      scopes: ["operator.admin", "operator.approvals"],
      auth: { token: "s3cret" },
      device: {
        id: vectorDeviceId,
        publicKey: vectorPublicKey,
        signature,
        signedAt: vectorSignedAtMs,
        ...(nonce !== undefined && { nonce }),
      },
    },
  };
}
