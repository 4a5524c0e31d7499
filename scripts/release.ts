import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../package.json" with { type: "json" };
import { isoTime, makeKeyPair, publicKeyOf, realClock, sha256Bytes, signText } from "../src/lib/index.ts";
import { sealRelease } from "../src/update/index.ts";
import { root } from "./lib/gateway-process.ts";
import { say } from "./lib/run.ts";

/**
 * `bun scripts/release.ts --key FILE` writes the signed list of dist/release, which `bun run build --all` made with
 * CLAWDIA_RELEASE_KEY set to the key's public half. `--make-key FILE` makes such a key and prints that half.
 */

const after = (flag: string): string | undefined => {
  const at = process.argv.indexOf(flag);
  return at === -1 ? undefined : process.argv[at + 1];
};

const [made, used] = [after("--make-key"), after("--key")];
if (made !== undefined) {
  const { publicKey, privateKeyPem } = makeKeyPair();
  writeFileSync(made, privateKeyPem, { mode: 0o600, flag: "wx" });
  say(publicKey);
} else if (used !== undefined) {
  const folder = after("--folder") ?? join(root, "dist/release");
  const key = readFileSync(used, "utf8");
  const names = readdirSync(folder).filter((name) => name.startsWith("clawdia-") && !name.endsWith(".json"));
  const files = names.map((name) => {
    const bytes = readFileSync(join(folder, name));
    const target = name.replace(/^clawdia-/, "").replace(/\.exe$/, "");
    return [target, { url: name, bytes: bytes.length, sha256: sha256Bytes(bytes) }] as const;
  });
  const release = {
    version: after("--version") ?? manifest.version,
    publishedAt: isoTime(realClock.nowMs()),
    files: Object.fromEntries(files),
  };
  writeFileSync(
    join(folder, "release.json"),
    sealRelease(release, (text) => signText(key, text)),
  );
  say(`${folder}/release.json: version ${release.version}, ${files.length} files, key ${publicKeyOf(key)}`);
} else {
  say("say --key FILE, or --make-key FILE");
  process.exitCode = 2;
}
