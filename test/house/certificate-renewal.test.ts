import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { selfSigned } from "../doubles/certificate.ts";
import { temporaryFolder } from "../open-house.ts";
import { openTimedHouse } from "./timed-house.ts";

/** A certificate of the owner's own, which some other program renews. */

const minuteMs = 61_000;

test("a certificate that was renewed under its path holds within a minute; half of one is waited out", async () => {
  using folder = temporaryFolder();
  const [old, renewed] = [selfSigned(), selfSigned()];
  const [certPath, keyPath] = ["cert.pem", "key.pem"].map((name) => join(folder.path, name)) as [string, string];
  writeFileSync(certPath, old.cert);
  writeFileSync(keyPath, old.key);
  await using house = await openTimedHouse({
    stateDir: folder.path,
    gateway: { tls: { enabled: true, certPath, keyPath } },
    tls: { cert: old.cert, key: old.key },
  });
  const speaks = async ({ cert }: { readonly cert: string }) => {
    try {
      return (await fetch(`${house.httpUrl}/healthz`, { tls: { ca: cert }, keepalive: false })).status === 200;
    } catch {
      return false;
    }
  };
  const complaints = () => house.log.records.filter(({ event }) => event === "tls.renewal-failed").length;
  await house.clock.advance(minuteMs);
  expect([await speaks(old), await speaks(renewed), complaints()]).toEqual([true, false, 0]);
  writeFileSync(certPath, renewed.cert);
  for (let minute = 0; minute < 2; minute++) await house.clock.advance(minuteMs);
  expect([await speaks(old), complaints()]).toEqual([true, 1]);
  writeFileSync(keyPath, renewed.key);
  await house.clock.advance(minuteMs);
  // The new listener is tried over a real connection before the old one is left.
  while (!(await speaks(renewed)));
  expect([await speaks(old), complaints()]).toEqual([false, 1]);
  expect(house.log.records.filter(({ event }) => event === "gateway.moved")).toHaveLength(1);
  expect(house.log.records.filter(({ level }) => level === "error")).toEqual([]);
});
