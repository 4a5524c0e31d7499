import { expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gatewayTls } from "../../src/app/tls.ts";
import { makePaths, realRandom } from "../../src/lib/index.ts";
import { makeCertificate } from "../../src/net/index.ts";
import { CapturedLog } from "../doubles/captured-log.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { temporaryFolder } from "../open-house.ts";

const dayMs = 86_400_000;

function stage(folder: string) {
  const clock = new FakeClock(Date.parse("2026-11-25T00:00:00Z"));
  const captured = new CapturedLog(clock);
  const world = { clock, random: realRandom, log: captured.log };
  const paths = makePaths(folder);
  const start = (given: { certPath?: string; keyPath?: string } = {}) =>
    gatewayTls({ settings: { enabled: true, ...given }, paths, world });
  return { clock, captured, paths, world, start };
}

test("without the switch there is no certificate", () => {
  using folder = temporaryFolder();
  const { paths, world } = stage(folder.path);
  expect(gatewayTls({ settings: { enabled: false }, paths, world })).toBeUndefined();
});

test("the first start makes one in private files, and later starts keep it", async () => {
  using folder = temporaryFolder();
  const { paths, start, clock } = stage(folder.path);
  const first = start();
  for (const path of [paths.tlsCertificateFile, paths.tlsKeyFile]) expect(statSync(path).mode & 0o777).toBe(0o600);
  await clock.advance(3000 * dayMs);
  expect(start()).toEqual(first);
});

test("the made one tells a stranger neither the machine's name nor its addresses", () => {
  using folder = temporaryFolder();
  const { subject, subjectAltName } = new X509Certificate(stage(folder.path).start()!.certificate);
  expect([subject, subjectAltName]).toEqual([
    "CN=clawdia-gateway",
    "DNS:clawdia-gateway, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1",
  ]);
});

test("shortly before its end a new one is made, and the log says that pins must change", async () => {
  using folder = temporaryFolder();
  const { captured, start, clock } = stage(folder.path);
  const first = start()!;
  await clock.advance(3600 * dayMs);
  const second = start()!;
  expect(second.fingerprint).not.toBe(first.fingerprint);
  expect(captured.records.find(({ event }) => event === "tls.renewed")).toMatchObject({
    fields: { before: first.fingerprint, fingerprint: second.fingerprint },
  });
});

test("a kept one whose key is lost or broken is made anew", () => {
  using folder = temporaryFolder();
  const { paths, start } = stage(folder.path);
  const first = start()!;
  writeFileSync(paths.tlsKeyFile, "half a k");
  expect(start()!.fingerprint).not.toBe(first.fingerprint);
});

test("a given certificate is used as it is, and nothing is made", () => {
  using folder = temporaryFolder();
  const { start, clock, paths } = stage(folder.path);
  const given = giveCertificate(folder.path, clock.nowMs() + 90 * dayMs, clock.nowMs());
  expect(start(given)).toMatchObject({ certificate: readFileSync(given.certPath, "utf8") });
  expect(() => statSync(paths.tlsKeyFile)).toThrow();
});

test("a given certificate that has ended, is missing or lacks its key is refused in words", async () => {
  using folder = temporaryFolder();
  const { start, clock } = stage(folder.path);
  const given = giveCertificate(folder.path, clock.nowMs() + dayMs, clock.nowMs());
  expect(() => start({ certPath: given.certPath })).toThrow("set certPath and keyPath both");
  expect(() => start({ ...given, keyPath: "/nowhere/key.pem" })).toThrow(
    "gateway.tls.keyPath: /nowhere/key.pem cannot be read (ENOENT)",
  );
  expect(() => start({ ...given, keyPath: given.certPath })).toThrow("the key cannot be read as PEM");
  await clock.advance(2 * dayMs);
  expect(() => start(given)).toThrow("renew it");
});

test("a given certificate that ends soon is complained about", () => {
  using folder = temporaryFolder();
  const { start, clock, captured } = stage(folder.path);
  start(giveCertificate(folder.path, clock.nowMs() + 10 * dayMs, clock.nowMs()));
  expect(captured.records.map(({ event }) => event)).toContain("tls.ends-soon");
});

function giveCertificate(folder: string, untilMs: number, fromMs: number) {
  const made = makeCertificate({ subject: "box.example.org", hosts: [], fromMs, untilMs }, realRandom);
  const [certPath, keyPath] = [join(folder, "given.pem"), join(folder, "given.key")];
  writeFileSync(certPath, made.certificate);
  writeFileSync(keyPath, made.key);
  return { certPath, keyPath };
}
