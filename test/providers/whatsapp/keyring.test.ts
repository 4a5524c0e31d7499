import { expect, test } from "bun:test";
import { proto } from "@whiskeysockets/baileys";
import type { RecordChange, Records } from "../../../src/providers/index.ts";
import { Keyring } from "../../../src/providers/whatsapp/keyring.ts";
import { Remembered } from "../../../src/providers/whatsapp/remembered.ts";
import { memoryRecords } from "../../doubles/memory-records.ts";

/** Keys in records: whole, in order, and on disk before they count. */

/** Records that write when they are told to. */
function heldRecords() {
  const inner = memoryRecords();
  const waiting: (() => void)[] = [];
  const written: (readonly RecordChange[])[] = [];
  const records: Records = {
    get: (kind, id) => inner.get(kind, id),
    list: (kind) => inner.list(kind),
    write: async (changes) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      written.push(changes);
      await inner.write(changes);
    },
  };
  const release = async () => {
    while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve));
    waiting.shift()!();
  };
  return { records, written, release, inner };
}

test("keys come back as they were, binary and all", async () => {
  const keyring = await Keyring.fresh(memoryRecords());
  const { keys } = keyring;
  const pair = { public: Buffer.from([1, 2]), private: Buffer.from([3, 4]) };
  await keys.set({
    "pre-key": { "1": pair, "2": pair },
    "sender-key-memory": { g: { "1@s.whatsapp.net": true } },
    "lid-mapping": { "1": "2" },
    "app-state-sync-key": { k: { keyData: Buffer.from([9]), timestamp: 5 } },
  });
  expect(await keys.get("pre-key", ["1", "3"])).toEqual({ "1": pair });
  expect(await keys.get("lid-mapping", ["1"])).toEqual({ "1": "2" });
  const { k } = await keys.get("app-state-sync-key", ["k"]);
  expect(k).toBeInstanceOf(proto.Message.AppStateSyncKeyData);
  expect(Buffer.from(k!.keyData!)).toEqual(Buffer.from([9]));
  await keys.set({ "pre-key": { "1": null } });
  expect(await keys.get("pre-key", ["1", "2"])).toEqual({ "2": pair });
});

test("a change resolves once it is on disk, with the credentials that go with it, and in order", async () => {
  const { records, written, release, inner } = heldRecords();
  const starting = Keyring.fresh(records);
  await release();
  const keyring = await starting;
  keyring.creds.nextPreKeyId = 5;
  let isDone = false;
  const first = Promise.resolve(keyring.keys.set({ "lid-mapping": { a: "1" } })).then(() => (isDone = true));
  keyring.creds.nextPreKeyId = 9;
  const second = keyring.keys.set({ "lid-mapping": { a: "2" } });
  expect([isDone, inner.get("key:lid-mapping", "a")]).toEqual([false, undefined]);
  await release();
  await first;
  expect(inner.get("key:lid-mapping", "a")).toBe('"1"');
  await release();
  await second;
  expect(inner.get("key:lid-mapping", "a")).toBe('"2"');
  const creds = written.slice(1).map((changes) => changes.find(({ kind }) => kind === "creds")!.value!);
  expect(creds.map((text) => JSON.parse(text).nextPreKeyId)).toEqual([5, 9]);
});

test("credentials that did not change are not written again, and a failed write is made up for", async () => {
  let isFull = false;
  let writes = 0;
  const inner = memoryRecords();
  const keyring = await Keyring.fresh({
    get: (kind, id) => inner.get(kind, id),
    list: (kind) => inner.list(kind),
    write: (changes) => {
      writes++;
      return isFull ? Promise.reject(new Error("the disk is full")) : inner.write(changes);
    },
  });
  await keyring.save();
  const before = writes;
  await keyring.save();
  expect(writes).toBe(before);
  isFull = true;
  keyring.creds.nextPreKeyId = 7;
  const error = await keyring.save().catch((fault: unknown) => fault);
  expect([keyring.faults.has(error), keyring.faults.has(new Error("another"))]).toEqual([true, false]);
  isFull = false;
  await keyring.save();
  expect(JSON.parse(inner.get("creds", "device")!).nextPreKeyId).toBe(7);
});

test("only a pairing that came to its end is kept, and a fresh one begins with nothing", async () => {
  const records = memoryRecords();
  const keyring = await Keyring.fresh(records);
  await keyring.keys.set({ "lid-mapping": { a: "1" } });
  expect(Keyring.kept(records)).toBeUndefined();
  keyring.creds.me = { id: "1:1@s.whatsapp.net" };
  keyring.creds.account = { details: Buffer.from([1]) };
  await keyring.save();
  const kept = Keyring.kept(records)!;
  expect([kept.deviceId, kept.sessionName === keyring.sessionName]).toEqual(["1:1@s.whatsapp.net", true]);
  const fresh = await Keyring.fresh(records);
  expect(records.list("key:lid-mapping")).toEqual([]);
  expect(fresh.sessionName).not.toBe(kept.sessionName);
});

test("the oldest of what is remembered is forgotten first, also after a restart", async () => {
  const records = memoryRecords();
  const notes = new Remembered<{ readonly word: string }>(records, "note", 2);
  for (const [index, word] of ["a", "b", "c"].entries()) await records.write(notes.put(word, { atMs: index, word }));
  expect([notes.has("a"), notes.get("b")?.word, notes.get("c")?.word]).toEqual([false, "b", "c"]);
  const again = new Remembered<{ readonly word: string }>(records, "note", 2);
  await records.write(again.put("d", { atMs: 9, word: "d" }));
  expect(records.list("note").map(({ id }) => id)).toEqual(["c", "d"]);
});
