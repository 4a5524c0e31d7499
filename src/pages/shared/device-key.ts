import type { DeviceSigner } from "../../client/index.ts";
import { base64UrlOf, hexOf } from "./bytes.ts";
import type { Keep } from "./keep.ts";

/** This browser as a device: a key pair whose private half the browser itself never hands out. */

const algorithm = { name: "Ed25519" } as const;

/** Rejects where the browser has no Ed25519. Under another name it is another device. */
export async function deviceSigner(keep: Keep, keyName = "device"): Promise<DeviceSigner> {
  const stored = await keep.get<CryptoKeyPair>("keys", keyName);
  const { publicKey, privateKey } = stored ?? (await keep.putFirst("keys", keyName, await makeKey()));
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", publicKey));
  return {
    deviceId: hexOf(new Uint8Array(await crypto.subtle.digest("SHA-256", raw))),
    publicKey: base64UrlOf(raw),
    sign: async (text) => {
      const signature = await crypto.subtle.sign(algorithm, privateKey, new TextEncoder().encode(text));
      return base64UrlOf(new Uint8Array(signature));
    },
  };
}

async function makeKey(): Promise<CryptoKeyPair> {
  const isExtractable = false;
  return crypto.subtle.generateKey(algorithm, isExtractable, ["sign", "verify"]);
}
