import { expect, test } from "bun:test";
import { FetchRefused } from "../../src/net/index.ts";
import { FetchStage, outcomeOf, somewhere } from "./fetch-stage.ts";
import { publicHosts, refusedHosts } from "./literals.ts";
import { reply } from "./raw-server.ts";

/** Which URLs are dialled at all. Nothing here reaches a network: what is dialled is led to one local server. */

const forms: readonly ((host: string) => string)[] = [
  (host) => `http://${host}/`,
  (host) => `https://${host}/`,
  (host) => `http://example.com:x@${host}/`,
  (host) => `http://${host}:8080/x`,
];

// Some two thousand URLs.
test("no spelling of an address that is not public is dialled or looked up, in any form of URL", async () => {
  expect(refusedHosts.length).toBeGreaterThanOrEqual(300);
  await using stage = await FetchStage.open(reply("200 OK"));
  const passed: string[] = [];
  for (const host of refusedHosts) {
    for (const form of forms) {
      const outcome = await stage.outcome(form(host));
      if (!["address", "userinfo", "url"].includes(outcome)) passed.push(`${form(host)}: ${outcome}`);
    }
  }
  expect(passed).toEqual([]);
  expect([stage.dialled, stage.lookups, stage.server.connections]).toEqual([[], [], 0]);
});

test("public addresses are dialled as what they are, without a lookup", async () => {
  await using stage = await FetchStage.open(reply("200 OK"));
  for (const host of publicHosts)
    expect([host, await stage.outcome(`http://${host}/`)]).toEqual([host, "200 with 0 bytes"]);
  expect([stage.dialled.length, stage.lookups]).toEqual([publicHosts.length, []]);
  expect(stage.dialled.find(({ host }) => host.includes("."))?.address).toBe("1.1.1.1");
});

const urls: readonly (readonly [url: string, outcome: string])[] = [
  ["http://example.com/", "200 with 2 bytes"],
  ["HTTP://EXAMPLE.COM:80/", "200 with 2 bytes"],
  ["http://example.com:8080/", "200 with 2 bytes"],
  ["http://example.com:8443/", "200 with 2 bytes"],
  ["http://b%C3%BCcher.example/", "200 with 2 bytes"],
  ["http://a_b.example.com./", "200 with 2 bytes"],
  ["http://example.com:22/", "port"],
  ["http://example.com:0/", "port"],
  ["http://example.com:6379/", "port"],
  ["https://example.com:18789/", "port"],
  ["ftp://example.com/", "scheme"],
  ["file:///etc/passwd", "scheme"],
  ["data:text/plain,x", "scheme"],
  ["javascript:alert(1)", "scheme"],
  ["gopher://example.com/", "scheme"],
  ["ws://example.com/", "scheme"],
  ["blob:http://example.com/x", "scheme"],
  ["http://me@example.com/", "userinfo"],
  ["http://:secret@example.com/", "userinfo"],
  ["example.com", "url"],
  ["//example.com/", "url"],
  ["", "url"],
  ["http://", "url"],
  ["http://[::1", "url"],
  ["http://[fe80::1%25eth0]/", "url"],
  ["http://exa mple.com/", "url"],
  ["http://a..b/", "url"],
  ["http://a!b.example/", "url"],
  [`http://${"a".repeat(64)}.example/`, "url"],
  [`http://example.com/${"x".repeat(9000)}`, "url"],
  ["http://1.2.3.256/", "url"],
];

for (const [url, outcome] of urls) {
  test(`${url.slice(0, 50)} → ${outcome}`, async () => {
    await using stage = await FetchStage.open(reply("200 OK", {}, "hi"));
    expect(await stage.outcome(url)).toBe(outcome);
    expect(stage.dialled).toHaveLength(outcome.startsWith("200") ? 1 : 0);
  });
}

const answers: readonly (readonly [name: string, addresses: readonly string[], outcome: string])[] = [
  ["one public address", [somewhere], "200 with 0 bytes"],
  ["two public addresses", ["2606:4700::1111", somewhere], "200 with 0 bytes"],
  ["a private address", ["10.0.0.1"], "address"],
  ["one private address among public ones", [somewhere, "1.1.1.1", "192.168.0.1"], "address"],
  ["a link-local address with its zone", ["fe80::1%eth0"], "address"],
  ["a mapped loopback address", ["::ffff:127.0.0.1"], "address"],
  ["a tunnel to loopback", ["64:ff9b::7f00:1"], "address"],
  ["an address of this machine", ["5.6.7.8"], "address"],
  ["the same, mapped", ["::ffff:5.6.7.8"], "address"],
  ["no address", [], "name"],
  ["something that is no address", ["example.org"], "name"],
  ["more addresses than a name has", Array.from({ length: 65 }, () => somewhere), "name"],
];

for (const [name, addresses, outcome] of answers) {
  test(`a name with ${name} → ${outcome}`, async () => {
    const options = { resolve: async () => addresses, ownAddresses: ["5.6.7.8", "10.0.0.2"] };
    await using stage = await FetchStage.open(reply("200 OK"), options);
    expect(await stage.outcome("http://example.com/")).toBe(outcome);
    expect(stage.lookups).toEqual(["example.com"]);
    expect(stage.dialled).toHaveLength(outcome === "address" || outcome === "name" ? 0 : 1);
  });
}

test("a name that cannot be looked up is refused with its name and a cure", async () => {
  const options = { resolve: () => Promise.reject(new Error("ENOTFOUND")) };
  await using stage = await FetchStage.open(reply("200 OK"), options);
  const error = await stage.fetch("http://nowhere.example/").catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(FetchRefused);
  expect((error as FetchRefused).message).toBe("nowhere.example cannot be looked up: check the name");
});

const lists: readonly (readonly [url: string, allowHosts: readonly string[], outcome: string])[] = [
  ["http://192.168.1.5:8123/", ["192.168.1.5:8123"], "200 with 0 bytes"],
  ["http://192.168.1.5:8123/", ["192.168.1.5:8124"], "port"],
  ["http://192.168.1.5:8123/", ["192.168.1.6:8123"], "port"],
  ["http://192.168.1.5/", ["192.168.1.5:8123"], "address"],
  ["http://192.168.1.5/", ["192.168.1.5"], "address"],
  ["http://192.168.1.5/", ["*:80"], "address"],
  ["http://3232235781/", ["192.168.1.5:80"], "200 with 0 bytes"],
  ["http://nas.example:5000/", ["NAS.example:5000"], "200 with 0 bytes"],
  ["http://x.nas.example:5000/", ["nas.example:5000"], "port"],
  ["http://[fd00::5]:8080/", ["[fd00::5]:8080"], "200 with 0 bytes"],
  ["http://localhost:3000/", ["localhost:3000"], "200 with 0 bytes"],
  ["http://me:pw@nas.example:5000/", ["nas.example:5000"], "userinfo"],
  ["http://127.0.0.1:18789/", ["127.0.0.1:18789"], "own-port"],
  ["http://localhost:18789/", ["localhost:18789"], "own-port"],
  ["http://nas.example:18789/", ["nas.example:18789"], "own-port"],
];

for (const [url, allowHosts, outcome] of lists) {
  test(`${url} with ${allowHosts.join()} listed → ${outcome}`, async () => {
    const options = { resolve: async () => ["192.168.1.5"], ownPorts: [18789] };
    await using stage = await FetchStage.open(reply("200 OK"), options);
    expect(await stage.outcome(url, { allowHosts })).toBe(outcome);
    expect(stage.dialled).toHaveLength(outcome.startsWith("200") ? 1 : 0);
  });
}

test("our own port is never dialled, but for those of the web at addresses that are not ours", async () => {
  const options = { ownPorts: [443, 8080], ownAddresses: ["5.6.7.8"] };
  await using stage = await FetchStage.open(reply("200 OK"), options);
  expect(await stage.outcome("http://example.com:8080/")).toBe("own-port");
  expect(await stage.outcome("http://5.6.7.8:443/")).toBe("own-port");
  expect(await stage.outcome("http://example.com:443/")).toBe("200 with 0 bytes");
});

test("allowed ports are the caller's to choose", async () => {
  await using stage = await FetchStage.open(reply("200 OK"));
  expect(await stage.outcome("http://example.com:9000/", { allowedPorts: [9000] })).toBe("200 with 0 bytes");
  expect(await stage.outcome("http://example.com/", { allowedPorts: [9000] })).toBe("port");
});

test("a refusal says what, why and the cure, and neither it nor the log holds path or query", async () => {
  await using stage = await FetchStage.open(reply("200 OK"));
  const url = "http://10.0.0.1/secret-path?token=canary-4711";
  const error = await stage.fetch(url).catch((thrown: unknown) => thrown);
  expect((error as FetchRefused).message).toBe(
    "http://10.0.0.1:80 is not fetched: it leads to a private network; " +
      'a service that you trust must be listed as "10.0.0.1:80" in tools.fetch.allowHosts',
  );
  expect(stage.log.of("fetch.refused")).toHaveLength(1);
  expect(stage.log.text).not.toContain("canary");
  expect(stage.log.text).not.toContain("secret-path");
});

// Ten thousand fetches.
test("a name whose answers flip is dialled at exactly what was judged, and looked up once each time", async () => {
  const pool = [somewhere, "127.0.0.1", "1.1.1.1", "10.0.0.1", "2606:4700::1111", "::1", "169.254.169.254"];
  let query = 0;
  let last: string[] = [];
  const resolve = async () => {
    query++;
    last = pool.filter((_, index) => ((query * 2654435761) >>> (index * 4)) % 3 === 0);
    return last;
  };
  await using stage = await FetchStage.open(reply("200 OK"), { resolve });
  const tries = 10_000;
  const wrong: string[] = [];
  let clean = 0;
  // No socket: what would be dialled is told by a dialer that only notes it.
  const noted: string[] = [];
  const fetchNoted = stage.withDial(async ({ address }) => {
    noted.push(address);
    throw new Error("noted");
  });
  for (let count = 0; count < tries; count++) {
    noted.length = 0;
    await outcomeOf(fetchNoted("http://flip.example/"));
    const mayBeDialled = last.filter(
      (address) => address === somewhere || address === "1.1.1.1" || address.startsWith("26"),
    );
    const isClean = last.length > 0 && mayBeDialled.length === last.length;
    if (isClean) clean++;
    if (noted.length !== (isClean ? 1 : 0)) wrong.push(`${last.join()}: ${noted.join()}`);
    if (noted.some((address) => !mayBeDialled.includes(address.replace(/(:0)+:/, "::")))) wrong.push(noted.join());
  }
  expect([query, wrong]).toEqual([tries, []]);
  expect(clean).toBeGreaterThan(100);
});
