import { createHmac, randomBytes } from "node:crypto";
import {
  aesDecryptCTR,
  aesDecryptGCM,
  aesEncryptCTR,
  type BinaryNode,
  Curve,
  derivePairingCodeKey,
  hkdf,
  type KeyPair,
  proto,
} from "@whiskeysockets/baileys";
import type { Account, Device } from "./accounts.ts";
import type { Connection } from "./connection.ts";
import { bytesOf, childOf, node, server, serverId } from "./nodes.ts";
import type { Relay } from "./relay.ts";

/** What people do with their phones: they scan or type codes, and remove devices. */

const refsPerOffer = 6;

interface CodeOffer {
  readonly connection: Connection;
  readonly wrapped: Buffer;
  readonly ref: string;
}

interface TypedCode {
  readonly account: Account;
  readonly ephemeral: KeyPair;
  readonly companionKey: Buffer;
}

export class Phones {
  readonly #relay: Relay;
  readonly #refs = new Map<string, Connection>();
  readonly #codes = new Map<string, CodeOffer>();
  readonly #typed = new Map<Connection, TypedCode>();

  constructor(relay: Relay) {
    this.#relay = relay;
  }

  /** Gives a client that wants to be linked what it needs for its codes. */
  offer(connection: Connection): void {
    const refs = Array.from({ length: refsPerOffer }, () => `2@${randomBytes(24).toString("base64")}`);
    for (const ref of refs) this.#refs.set(ref, connection);
    const nodes = refs.map((ref) => node("ref", {}, Buffer.from(ref)));
    this.#tell(connection, node("pair-device", {}, nodes));
    this.#relay.watch.changed();
  }

  /** The phone with this number scans the text of a code. Resolves when the network has told the client so. */
  scan(qr: string, number: string, name?: string): Device {
    const [ref, noise, identity, secret] = qr.replace(/^.*#/, "").split(",");
    const connection = this.#refs.get(ref ?? "");
    if (!connection) throw new Error("the code is too old, or not one of this network");
    const account = this.#relay.accounts.of(number, name);
    if (name !== undefined) account.name = name;
    const key = Buffer.from(identity!, "base64");
    const device = account.addDevice(Buffer.from(noise!, "base64"), key);
    this.#vouch({ connection, account, device, secret: Buffer.from(secret!, "base64") });
    return device;
  }

  /** A client asks for a code to be typed into the phone with this number. */
  wantsCode(connection: Connection, query: BinaryNode): void {
    const request = childOf(query, "link_code_companion_reg")!;
    if (request.attrs["stage"] === "companion_finish") return this.#finish(connection, query, request);
    const ref = randomBytes(16).toString("base64");
    const wrapped = bytesOf(childOf(request, "link_code_pairing_wrapped_companion_ephemeral_pub"))!;
    const number = request.attrs["jid"]!.split("@")[0]!;
    this.#codes.set(number, { connection, wrapped, ref });
    const content = [node("link_code_pairing_ref", {}, Buffer.from(ref))];
    connection.answer(query, [node("link_code_companion_reg", { stage: "companion_hello" }, content)]);
  }

  /** True once a client has asked for a code with this number. */
  isAskedFor(number: string): boolean {
    return this.#codes.has(number);
  }

  /** The phone's owner types the code that the client shows. A wrong one is noticed by the client only. */
  async types(code: string, number: string, name?: string): Promise<void> {
    const offer = this.#codes.get(number);
    if (!offer) throw new Error("no client has asked for a code with this number");
    this.#codes.delete(number);
    const account = this.#relay.accounts.of(number, name);
    if (name !== undefined) account.name = name;
    const plain = code.replace(/-/g, "");
    const ephemeral = Curve.generateKeyPair();
    const [salt, start, sealed] = [
      offer.wrapped.subarray(0, 32),
      offer.wrapped.subarray(32, 48),
      offer.wrapped.subarray(48, 80),
    ];
    const companionKey = aesDecryptCTR(sealed, await derivePairingCodeKey(plain, salt), start);
    this.#typed.set(offer.connection, { account, ephemeral, companionKey });
    const [ownSalt, ownStart] = [randomBytes(32), randomBytes(16)];
    const own = aesEncryptCTR(ephemeral.public, await derivePairingCodeKey(plain, ownSalt), ownStart);
    const content = [
      node("link_code_pairing_wrapped_primary_ephemeral_pub", {}, Buffer.concat([ownSalt, ownStart, own])),
      node("primary_identity_pub", {}, Buffer.from(account.identity.public)),
      node("link_code_pairing_ref", {}, Buffer.from(offer.ref)),
    ];
    const attrs = {
      from: serverId,
      type: "link_code_companion_reg",
      id: this.#relay.nextId(),
      t: this.#relay.seconds(),
    };
    const reg = node("link_code_companion_reg", { stage: "primary_hello" }, content);
    offer.connection.send(node("notification", attrs, [reg]));
  }

  /** The phone's owner takes a device off the list. */
  remove(account: Account, deviceId: number): void {
    const device = account.devices.get(deviceId);
    account.devices.delete(deviceId);
    device?.connection?.streamError(401, "device_removed");
    this.#relay.watch.changed();
  }

  #finish(connection: Connection, query: BinaryNode, request: BinaryNode): void {
    const typed = this.#typed.get(connection)!;
    const identity = bytesOf(childOf(request, "companion_identity_public"))!;
    const bundle = bytesOf(childOf(request, "link_code_pairing_wrapped_key_bundle"))!;
    const shared = Curve.sharedKey(typed.ephemeral.private, typed.companionKey);
    const key = hkdf(Buffer.from(shared), 32, {
      salt: bundle.subarray(0, 32),
      info: "link_code_pairing_key_bundle_encryption_key",
    });
    const payload = aesDecryptGCM(bundle.subarray(44), key, bundle.subarray(32, 44), Buffer.alloc(0));
    const identityShared = Curve.sharedKey(typed.account.identity.private, identity);
    const material = Buffer.concat([shared, identityShared, payload.subarray(64, 96)]);
    const secret = Buffer.from(hkdf(material, 32, { info: "adv_secret" }));
    connection.answer(query);
    const device = typed.account.addDevice(connection.registering!.noiseKey, identity);
    this.#vouch({ connection, account: typed.account, device, secret });
  }

  /** The phone signs the device's key, and proves with the secret that it saw the code. */
  #vouch({ connection, account, device, secret }: Vouch): void {
    const details = proto.ADVDeviceIdentity.encode({
      rawId: 1,
      timestamp: Number(this.#relay.seconds()),
      keyIndex: device.id,
      accountType: proto.ADVEncryptionType.E2EE,
      deviceType: proto.ADVEncryptionType.E2EE,
    }).finish();
    const signed = proto.ADVSignedDeviceIdentity.encode({
      details,
      accountSignatureKey: account.adv.public,
      accountSignature: Curve.sign(account.adv.private, Buffer.concat([Buffer.from([6, 0]), details, device.identity])),
    }).finish();
    const hmac = createHmac("sha256", secret).update(signed).digest();
    const jid = `${account.number}:${device.id}@${server}`;
    const success = node("pair-success", {}, [
      node("device-identity", {}, proto.ADVSignedDeviceIdentityHMAC.encode({ details: signed, hmac }).finish()),
      node("biz", { name: account.name }),
      node("platform", { name: "android" }),
      node("device", { jid, lid: `${account.lid}:${device.id}@lid` }),
    ]);
    this.#tell(connection, success);
    this.#relay.watch.changed();
  }

  #tell(connection: Connection, content: BinaryNode): void {
    connection.send(node("iq", { from: serverId, type: "set", id: this.#relay.nextId(), xmlns: "md" }, [content]));
  }
}

interface Vouch {
  readonly connection: Connection;
  readonly account: Account;
  readonly device: Device;
  readonly secret: Buffer;
}
