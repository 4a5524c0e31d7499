import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeKeyPair, sha256Bytes, signText } from "../../src/lib/index.ts";
import { sealRelease } from "../../src/update/index.ts";
import { root as checkout } from "../lib/gateway-process.ts";
import { run } from "../lib/run.ts";
import type { Machine } from "./machine.ts";

/** Settings that the lab's gateway has throughout. */
export const agents = { echoPauseMs: 0 };

/** Updates of the running service: a good one, a forged one, one that does not get ready, and the way back. */
export async function tryUpdates(machine: Machine) {
  const keys = makeKeyPair();
  const folder = join(machine.root, "srv");
  const next = "dist/clawdia-lab-next";
  run([process.execPath, "scripts/build.ts", "--output", "clawdia-lab-next"], {
    cwd: checkout,
    quiet: true,
    env: { ...process.env, CLAWDIA_VERSION: "9.9.9" },
  });
  const offer = (name: string, version: string, program: Uint8Array, key = keys.privateKeyPem) => {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, "clawdia"), program);
    const file = { url: "clawdia", bytes: program.length, sha256: sha256Bytes(program) };
    const files = { [`linux-${process.arch}`]: file };
    const sealed = sealRelease({ version, publishedAt: "2026-01-01", files }, (text) => signText(key, text));
    writeFileSync(join(folder, name, "release.json"), sealed);
  };
  const good = readFileSync(join(checkout, next));
  offer("good", "9.9.9", good);
  offer("forged", "9.9.10", good, makeKeyPair().privateKeyPem);
  // It knows its version, and nothing else.
  offer("bad", "9.9.11", Buffer.from('#!/bin/sh\n[ "$1" = --version ] && echo 9.9.11 && exit 0\nexit 70\n'));
  const config = "/home/alice/.clawdia/clawdia.json";
  writeFileSync(join(machine.root, config), JSON.stringify({ agents, update: { publicKey: keys.publicKey } }), {
    mode: 0o600,
  });
  machine.must("chown", "alice:", config);
  const update = (...words: string[]) =>
    machine.run("env", "SUDO_USER=alice", "/usr/local/bin/clawdia", "update", ...words);
  return {
    good: update("--from", "/srv/good/release.json"),
    forged: update("--from", "/srv/forged/release.json"),
    bad: update("--from", "/srv/bad/release.json"),
    back: update("--rollback"),
  };
}
