import {
  aesDecryptGCM,
  aesEncryptGCM,
  Curve,
  hkdf,
  type KeyPair,
  NOISE_MODE,
  NOISE_WA_HEADER,
  proto,
  sha256,
} from "@whiskeysockets/baileys";

/** The server's side of Noise_XX_25519_AESGCM_SHA256, as WhatsApp's clients speak it. */
export class Noise {
  #hash: Uint8Array = Buffer.from(NOISE_MODE);
  #salt: Uint8Array = this.#hash;
  #key: Uint8Array = this.#hash;
  #counter = 0;
  #ephemeral: KeyPair | undefined;
  #sendKey: Uint8Array | undefined;
  #takeKey: Uint8Array | undefined;
  #sent = 0;
  #taken = 0;

  constructor() {
    this.#mixHash(NOISE_WA_HEADER);
  }

  /** The answer to the client's first frame. */
  hello(frame: Uint8Array): Uint8Array {
    const { clientHello } = proto.HandshakeMessage.decode(frame);
    this.#mixHash(clientHello!.ephemeral!);
    this.#ephemeral = Curve.generateKeyPair();
    const fixed = Curve.generateKeyPair();
    this.#mixHash(this.#ephemeral.public);
    this.#mixKey(Curve.sharedKey(this.#ephemeral.private, clientHello!.ephemeral!));
    const sealedKey = this.#seal(fixed.public);
    this.#mixKey(Curve.sharedKey(fixed.private, clientHello!.ephemeral!));
    const payload = this.#seal(certificateFor(fixed));
    return proto.HandshakeMessage.encode({
      serverHello: { ephemeral: this.#ephemeral.public, static: sealedKey, payload },
    }).finish();
  }

  /** What the client says of itself in its second frame, and the key that it proved to have. */
  finish(frame: Uint8Array): { readonly payload: proto.ClientPayload; readonly noiseKey: Buffer } {
    const { clientFinish } = proto.HandshakeMessage.decode(frame);
    const noiseKey = Buffer.from(this.#open(clientFinish!.static!));
    this.#mixKey(Curve.sharedKey(this.#ephemeral!.private, noiseKey));
    const payload = proto.ClientPayload.decode(this.#open(clientFinish!.payload!));
    [this.#takeKey, this.#sendKey] = this.#split(Buffer.alloc(0));
    return { payload, noiseKey };
  }

  seal(plain: Uint8Array): Uint8Array {
    return aesEncryptGCM(plain, this.#sendKey!, nonce(this.#sent++), Buffer.alloc(0));
  }

  open(sealed: Uint8Array): Buffer {
    return aesDecryptGCM(sealed, this.#takeKey!, nonce(this.#taken++), Buffer.alloc(0));
  }

  #mixHash(bytes: Uint8Array): void {
    this.#hash = sha256(Buffer.concat([this.#hash, bytes]));
  }

  #seal(plain: Uint8Array): Uint8Array {
    const sealed = aesEncryptGCM(plain, this.#key, nonce(this.#counter++), this.#hash);
    this.#mixHash(sealed);
    return sealed;
  }

  #open(sealed: Uint8Array): Uint8Array {
    const plain = aesDecryptGCM(sealed, this.#key, nonce(this.#counter++), this.#hash);
    this.#mixHash(sealed);
    return plain;
  }

  #mixKey(shared: Uint8Array): void {
    [this.#salt, this.#key] = this.#split(shared);
    this.#counter = 0;
  }

  #split(shared: Uint8Array): [Uint8Array, Uint8Array] {
    const both = Buffer.from(hkdf(Buffer.from(shared), 64, { salt: Buffer.from(this.#salt), info: "" }));
    return [both.subarray(0, 32), both.subarray(32)];
  }
}

function nonce(count: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(count, 8);
  return bytes;
}

/** A chain of the right form by an authority of its own: the client does not look at the signatures. */
function certificateFor(leaf: KeyPair): Uint8Array {
  const [root, intermediate] = [Curve.generateKeyPair(), Curve.generateKeyPair()];
  const [above, below] = [details(1, 0, intermediate.public), details(2, 1, leaf.public)];
  return proto.CertChain.encode({
    intermediate: { details: above, signature: Curve.sign(root.private, above) },
    leaf: { details: below, signature: Curve.sign(intermediate.private, below) },
  }).finish();
}

function details(serial: number, issuerSerial: number, key: Uint8Array): Uint8Array {
  const said = { serial, issuerSerial, key, notBefore: 0, notAfter: 4_000_000_000 };
  return proto.CertChain.NoiseCertificate.Details.encode(said).finish();
}
