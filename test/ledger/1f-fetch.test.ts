import { expect, test } from "bun:test";
import { linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { contentDisposition, imageSizeOf, makeLog, realClock, safeFileName, sha256Bytes } from "../../src/lib/index.ts";
import {
  FetchRefused,
  FileRefused,
  isPublicAddress,
  makeDial,
  makeGuardedFetch,
  parseAddress,
  readLocalMedia,
} from "../../src/net/index.ts";
import { MediaStore, readAttachments } from "../../src/sessions/index.ts";
import { whileTimePasses } from "../doubles/passing-time.ts";
import { FetchStage, outcomeOf, somewhere } from "../net/fetch-stage.ts";
import { publicHosts, refusedHosts } from "../net/literals.ts";
import { watched } from "../net/memory-watch.ts";
import { endless, RawServer, reply } from "../net/raw-server.ts";
import { temporaryFolder } from "../open-house.ts";

/** Block 1F of the ledger, as far as it is about URLs and files that a stranger or a model names. */

const mebibyte = 1024 * 1024;
const canary = "canary-4711";
const secrets = { Authorization: `Bearer ${canary}`, Cookie: canary, "X-Api-Key": canary };

/** A refusal leaves one bounded line in the log, without a secret, and nothing was dialled. */
async function refused(stage: FetchStage, url: string, allowHosts: readonly string[] = []): Promise<string> {
  const { records } = stage.log;
  const [from, dialled] = [records.length, stage.dialled.length];
  const outcome = await stage.outcome(url, { headers: secrets, allowHosts });
  expect([url, records.slice(from).map(({ event }) => event), stage.dialled.length]).toEqual([
    url,
    ["fetch.refused"],
    dialled,
  ]);
  const line = JSON.stringify(records.at(-1));
  expect(line.length).toBeLessThan(1024);
  expect(line).not.toContain(canary);
  return outcome;
}

test("S-84 credentials follow a redirect neither to another host nor to another port", async () => {
  for (const location of ["http://other.example/to", "http://example.com:8080/to", "http://a.example.com/to"]) {
    await using first = await FetchStage.open(reply("302 Found", { Location: location }));
    await using second = await RawServer.open(reply("200 OK"));
    const dial = makeDial();
    const fetch = first.withDial((request, watch) => {
      const port = request.path === "/to" ? second.port : first.server.port;
      return dial({ ...request, address: "127.0.0.1", port }, watch);
    });
    expect((await fetch("http://example.com/from", { headers: secrets })).url).toBe(location);
    expect(first.server.requests.join("").match(new RegExp(canary, "g"))).toHaveLength(3);
    expect(second.requests).toHaveLength(1);
    expect(second.requests.join("")).not.toMatch(/canary|authorization|cookie|x-api-key/i);
  }
});

test("S-91 a path in a reply leads to plain files of the allowed folders alone", async () => {
  using folder = temporaryFolder();
  const [root, outside] = [join(folder.path, "root"), join(folder.path, "outside")];
  for (const path of [root, outside]) mkdirSync(path);
  writeFileSync(join(root, "fine.txt"), "fine");
  writeFileSync(join(root, ".env"), canary);
  writeFileSync(join(outside, "secret"), canary);
  symlinkSync(join(outside, "secret"), join(root, "link"));
  symlinkSync(outside, join(root, "folder"));
  linkSync(join(outside, "secret"), join(root, "second-name"));
  writeFileSync(join(root, "large"), new Uint8Array(2000));
  const read = (path: string) => readLocalMedia(path, { roots: [root], bytesMax: 1000 });
  expect(Buffer.from((await read("fine.txt")).bytes).toString()).toBe("fine");
  const paths = [
    "/etc/hostname",
    "file:///etc/hostname",
    `file://${root}/fine.txt`,
    "~/.ssh/id_ed25519",
    "~",
    "../outside/secret",
    `${root}/../outside/secret`,
    join(outside, "secret"),
    "link",
    "folder/secret",
    "second-name",
    ".env",
    "large",
    ".",
    "/dev/zero",
    "/proc/self/environ",
  ];
  for (const path of paths) {
    const error = await read(path).catch((thrown: unknown) => thrown);
    expect([path, error instanceof FileRefused]).toEqual([path, true]);
    expect((error as Error).message).not.toContain(canary);
  }
});

test("S-92 a URL that leads home is refused undialled, our own port even when it is listed", async () => {
  await using home = await RawServer.open(reply("200 OK"));
  const lines: string[] = [];
  const log = makeLog({ clock: realClock, level: "debug", sinks: [({ event }) => lines.push(event)] });
  const fetch = makeGuardedFetch({ clock: realClock, log, ownPorts: () => [home.port] });
  const hosts = ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "127.1", "[::ffff:127.0.0.1]", "10.0.0.1"];
  for (const host of hosts) {
    const url = `http://${host}:${home.port}/`;
    const attempts = [
      fetch(url),
      fetch(url, { allowedPorts: [home.port] }),
      fetch(url, { allowHosts: [`${host}:${home.port}`] }),
    ];
    for (const attempt of await Promise.allSettled(attempts)) {
      expect([url, attempt.status === "rejected" && attempt.reason instanceof FetchRefused]).toEqual([url, true]);
    }
  }
  expect([home.connections, lines.length]).toEqual([0, hosts.length * 3]);
  // The same address is reached once a person lists it, as the service of somebody else.
  const trusting = makeGuardedFetch({ clock: realClock, log, ownPorts: () => [] });
  const { status } = await trusting(`http://127.0.0.1:${home.port}/`, { allowHosts: [`127.0.0.1:${home.port}`] });
  expect([status, home.connections]).toEqual([200, 1]);
});

test("S-92 metadata of clouds, private networks and names of them are refused without a byte on the wire", async () => {
  const inside = ["10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "fd00::1", "::1"];
  for (const address of inside) {
    await using stage = await FetchStage.open(reply("200 OK"), { resolve: async () => [somewhere, address] });
    expect(await refused(stage, "http://harmless.example/latest/meta-data/")).toBe("address");
    expect(stage.server.connections).toBe(0);
  }
});

// Some two thousand URLs.
test("S-93 every spelling of an address that is not public is refused, and public ones are not", async () => {
  expect(refusedHosts.length).toBeGreaterThanOrEqual(300);
  await using stage = await FetchStage.open(reply("200 OK"));
  for (const host of refusedHosts) {
    for (const url of [`http://${host}/`, `https://${host}/`, `http://a.example@${host}/`, `http://${host}:8443/`]) {
      expect([url, ["address", "userinfo", "url"].includes(await refused(stage, url))]).toEqual([url, true]);
    }
  }
  expect([stage.lookups, stage.server.connections]).toEqual([[], 0]);
  expect(publicHosts.length).toBeGreaterThanOrEqual(20);
  expect(publicHosts.filter((host) => !isPublicAddress(parseAddress(host)!))).toEqual([]);
});

// Ten thousand fetches.
test("S-94 a name whose answer flips between queries is never dialled at its private one", async () => {
  const hidden = ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1"];
  let query = 0;
  const resolve = async () => [query++ % 2 === 0 ? somewhere : hidden[query % hidden.length]!];
  await using stage = await FetchStage.open(reply("200 OK"), { resolve });
  const dialled = new Map<string, number>();
  const fetch = stage.withDial(async ({ address }) => {
    dialled.set(address, (dialled.get(address) ?? 0) + 1);
    throw new Error("dialled");
  });
  const tries = 10_000;
  for (let count = 0; count < tries; count++) await outcomeOf(fetch("http://flip.example/"));
  expect([query, [...dialled]]).toEqual([tries, [[somewhere, tries / 2]]]);
});

test("S-95 each hop of a redirect is judged, and there is an end to them", async () => {
  const ways: Readonly<Record<string, string>> = {
    "/home": "http://127.0.0.1/",
    "/metadata": "http://169.254.169.254/latest/",
    "/spelled": "http://0x7f.1/",
    "/named": "http://inside.example/",
    "/file": "file:///etc/passwd",
    "/far": "/home",
    "/loop": "/loop",
  };
  await using stage = await FetchStage.open(
    (socket, request) => reply("302 Found", { Location: ways[request.split(" ")[1]!]! })(socket, request),
    { resolve: async (name) => [name.startsWith("inside") ? "192.168.0.1" : somewhere] },
  );
  const outcomes: Record<string, string> = {};
  for (const path of Object.keys(ways)) outcomes[path] = await stage.outcome(`http://example.com${path}`);
  expect(outcomes).toEqual({
    "/home": "address",
    "/metadata": "address",
    "/spelled": "address",
    "/named": "address",
    "/file": "scheme",
    "/far": "address",
    "/loop": "redirects",
  });
  expect(new Set(stage.dialled.map(({ address }) => address))).toEqual(new Set([somewhere]));
  expect(stage.server.connections).toBe(5 + 2 + 6);
});

const head = "HTTP/1.1 200 OK\r\n\r\n";

test("S-96 an endless body, a bomb and a base64 mountain are refused at the cap, in bounded memory", async () => {
  using folder = temporaryFolder();
  const store = new MediaStore(folder.path);
  const bomb = gzipSync(Buffer.alloc(100 * mebibyte));
  for (const answer of [endless(head, Buffer.alloc(65_536)), reply("200 OK", { "Content-Encoding": "gzip" }, bomb)]) {
    await using stage = await FetchStage.open(answer);
    const fetching = () => outcomeOf(stage.fetch("http://example.com/").then((got) => (store.put(got.bytes), got)));
    const { result, grownBytes } = await watched(fetching);
    expect([result, grownBytes < 32 * mebibyte]).toEqual(["too-large", true]);
  }
  const mountain = "A".repeat(100 * mebibyte);
  const { grownBytes } = await watched(() => {
    expect(() => readAttachments([{ content: mountain }])).toThrow("larger than");
  });
  expect(grownBytes).toBeLessThan(32 * mebibyte);
  expect(readdirSync(folder.path)).toEqual([]);
});

test("S-96 a body of a byte a second is given up in seconds", async () => {
  await using stage = await FetchStage.open((socket) => void socket.write(`${head}x`));
  expect(await whileTimePasses(stage.clock, stage.outcome("http://example.com/"))).toBe("too-slow");
  expect(stage.clock.elapsedMs()).toBeLessThan(12_000);
});

test("S-96 a picture that would unfold to gigabytes is kept as it is, and says its size first", async () => {
  using folder = temporaryFolder();
  const store = new MediaStore(folder.path);
  const side = "0000c350";
  const picture = Buffer.from(`89504e470d0a1a0a0000000d49484452${side}${side}0806000000`, "hex");
  const { grownBytes } = await watched(() => store.put(picture));
  expect(grownBytes).toBeLessThan(mebibyte * 8);
  expect(imageSizeOf(picture)).toEqual({ width: 50_000, height: 50_000 });
});

test("S-96 media cannot fill the disk, and nothing half-written stays", async () => {
  using folder = temporaryFolder();
  const store = new MediaStore(folder.path, { totalBytesMax: 10 * mebibyte });
  const puts = Array.from({ length: 30 }, (_, number) => store.putAsync(new Uint8Array(mebibyte).fill(number)));
  const outcomes = await Promise.allSettled(puts);
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
  expect(readdirSync(folder.path).filter((name) => !/^[0-9a-f]{64}$/.test(name))).toEqual([]);
  expect(store.usedBytes).toBe(10 * mebibyte);
});

const hostileNames = [
  "../../x",
  "/etc/cron.d/x",
  "a\0b",
  "x".repeat(300),
  "a.png\r\nX-Injected: 1\r\n\r\n<script>",
  'a"; filename="b.exe',
  "\u202egpj.exe",
  ".htaccess",
  "CON",
  "",
];

test("S-98 no name from outside is a name on disk: media lies under its hash, written under chance", async () => {
  using folder = temporaryFolder();
  const store = new MediaStore(folder.path);
  const seen = new Set<string>();
  for (const [number] of hostileNames.entries()) {
    const bytes = new Uint8Array(4 * mebibyte).fill(number);
    const work = store.putAsync(bytes);
    const done = work.then(() => true);
    const look = () => {
      for (const name of readdirSync(folder.path)) seen.add(name);
      return false;
    };
    while (!(await Promise.race([done, new Promise((resolve) => setImmediate(resolve)).then(look)])));
    expect(readFileSync(join(folder.path, sha256Bytes(bytes))).length).toBe(bytes.length);
  }
  const passing = [...seen].filter((name) => !/^[0-9a-f]{64}$/.test(name));
  expect(passing.length).toBeGreaterThan(0);
  expect(passing.filter((name) => !/^\.[0-9a-f]{32}\.tmp$/.test(name))).toEqual([]);
  expect(readdirSync(folder.path)).toHaveLength(hostileNames.length);
  for (const name of hostileNames) {
    expect(contentDisposition(name)).toMatch(/^attachment; filename="[ -~]+"; filename\*=UTF-8''[\w.~%-]+$/);
  }
});

test("S-100 a file's name is one value of one header on the wire, whatever it holds", async () => {
  await using stage = await FetchStage.open(reply("200 OK"));
  for (const name of hostileNames) {
    const form = new FormData();
    form.set("document", new File(["content"], safeFileName(name)), safeFileName(name));
    const packed = new Response(form);
    const body = new Uint8Array(await packed.clone().arrayBuffer());
    await stage.fetch("http://example.com/upload", {
      method: "POST",
      body,
      headers: { "Content-Type": packed.headers.get("content-type")! },
    });
    const request = stage.server.requests.at(-1)!;
    const [, partHead = ""] = request.split("\r\n\r\n");
    const lines = partHead.split("\r\n").filter((line) => /^[a-z-]+:/i.test(line));
    expect(lines.map((line) => line.split(":")[0]!.toLowerCase())).toEqual(["content-disposition", "content-type"]);
    expect(lines[0]).toMatch(/^content-disposition: form-data; name="document"; filename="[^"\r\n]+"$/i);
    expect(request).not.toMatch(/\r\nX-Injected/);
    expect(await refusedHeader(stage, name)).toBe(/[\r\n\0\u202e]/.test(name) ? "header" : "200 with 0 bytes");
  }
});

/** The raw name as a header's value: taken when it is one, refused when it would be more. */
function refusedHeader(stage: FetchStage, name: string): Promise<string> {
  return stage.outcome("http://example.com/", { headers: { "x-name": name } });
}
