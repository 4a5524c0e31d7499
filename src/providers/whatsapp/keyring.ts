import {
  type AuthenticationCreds,
  BufferJSON,
  initAuthCreds,
  proto,
  type SignalDataSet,
  type SignalDataTypeMap,
  type SignalKeyStore,
} from "@whiskeysockets/baileys";
import type { RecordChange, Records } from "../provider.ts";

/**
 * The session of one linked device: its credentials, and the keys of the encryption, in records. A change of keys is
 * on disk, together with the credentials that belong to it, before the library uses it.
 */
const credsKind = "creds";
const credsId = "device";

const keyTypes = [
  "pre-key",
  "session",
  "sender-key",
  "sender-key-memory",
  "app-state-sync-key",
  "app-state-sync-version",
  "lid-mapping",
  "device-list",
  "tctoken",
  "identity-key",
] as const satisfies readonly (keyof SignalDataTypeMap)[];

/**
 * What a new pairing begins without. Who is who stays: conversations go by it. A logout deletes that, too.
 */
const recordKinds = [credsKind, "sent", "seen", "media", ...keyTypes.map(kindOf)];

/** Errors of storage, told from all others: what met one may be tried again. */
export class StorageFaults {
  readonly #known = new WeakSet<object>();

  has(error: unknown): boolean {
    return typeof error === "object" && error !== null && this.#known.has(error);
  }

  /** Rejects as the work does; the error is known as one of storage then. */
  async noted(work: Promise<void> | undefined): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (typeof error === "object" && error !== null) this.#known.add(error);
      throw error;
    }
  }
}

export class Keyring {
  readonly creds: AuthenticationCreds;
  readonly keys: SignalKeyStore;
  readonly faults = new StorageFaults();
  readonly #records: Records;
  /** As it was last given to be written, so that what did not change is not written again. */
  #written: string | undefined;
  #writing: Promise<void> = Promise.resolve();

  private constructor(records: Records, creds: AuthenticationCreds, written: string | undefined) {
    this.#records = records;
    this.creds = creds;
    this.#written = written;
    this.keys = { get: (type, ids) => this.#get(type, ids), set: (data) => this.#set(data) };
  }

  /** The session that is kept; undefined when no pairing came to its end. */
  static kept(records: Records): Keyring | undefined {
    const text = records.get(credsKind, credsId);
    if (text === undefined) return undefined;
    const creds = JSON.parse(text, BufferJSON.reviver) as AuthenticationCreds;
    return creds.account === undefined || creds.account === null ? undefined : new Keyring(records, creds, text);
  }

  /** A new device that nobody knows yet. What was kept of an older one is gone. */
  static async fresh(records: Records): Promise<Keyring> {
    await Keyring.forget(records);
    return new Keyring(records, initAuthCreds(), undefined);
  }

  static async forget(records: Records): Promise<void> {
    await records.write(
      recordKinds.flatMap((kind) => records.list(kind).map(({ id }) => ({ kind, id, value: undefined }))),
    );
  }

  /** `15550001111:1@s.whatsapp.net`, once the device is paired. */
  get deviceId(): string | undefined {
    return this.creds.me?.id;
  }

  /** Tells one session from all others, also from another link of the same account; a copy of it has the same name. */
  get sessionName(): string {
    return `whatsapp:${this.deviceId ?? ""}:${Buffer.from(this.creds.signedIdentityKey.public).toString("base64")}`;
  }

  /** Resolves once the credentials as they are now, and all that was given before, are on disk. */
  save(): Promise<void> {
    return this.#write([]);
  }

  #get<T extends keyof SignalDataTypeMap>(type: T, ids: string[]): { [id: string]: SignalDataTypeMap[T] } {
    const found: { [id: string]: SignalDataTypeMap[T] } = {};
    for (const id of ids) {
      const text = this.#records.get(kindOf(type), id);
      if (text !== undefined) found[id] = revived(type, text);
    }
    return found;
  }

  #set(data: SignalDataSet): Promise<void> {
    const changes = Object.entries(data).flatMap(([type, values]) =>
      Object.entries(values ?? {}).map(([id, value]) => ({
        kind: kindOf(type),
        id,
        value: value === null || value === undefined ? undefined : JSON.stringify(value, BufferJSON.replacer),
      })),
    );
    return this.#write(changes);
  }

  #write(changes: readonly RecordChange[]): Promise<void> {
    const value = JSON.stringify(this.creds, BufferJSON.replacer);
    const isChanged = value !== this.#written;
    this.#written = value;
    const all = isChanged ? [...changes, { kind: credsKind, id: credsId, value }] : changes;
    // One after the other: what is given later holds later.
    const before = this.#writing.catch(() => undefined);
    const writing = all.length === 0 ? before : before.then(() => this.faults.noted(this.#records.write(all)));
    this.#writing = writing.catch((error: unknown) => {
      this.#written = undefined;
      throw error;
    });
    // It is told to whoever waits; the chain alone must not count as a fault of nobody.
    this.#writing.catch(() => undefined);
    return this.#writing;
  }
}

function kindOf(type: string): string {
  return `key:${type}`;
}

function revived<T extends keyof SignalDataTypeMap>(type: T, text: string): SignalDataTypeMap[T] {
  const value: unknown = JSON.parse(text, BufferJSON.reviver);
  const isMessage = type === "app-state-sync-key" && typeof value === "object" && value !== null;
  return (isMessage ? proto.Message.AppStateSyncKeyData.fromObject(value) : value) as SignalDataTypeMap[T];
}
