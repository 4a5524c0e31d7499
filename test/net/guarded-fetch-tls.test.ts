import { expect, test } from "bun:test";
import { join } from "node:path";
import { selfSigned } from "../doubles/certificate.ts";
import { whileTimePasses } from "../doubles/passing-time.ts";
import { FetchStage, somewhere } from "./fetch-stage.ts";
import { reply } from "./raw-server.ts";

/** Although an address is dialled, the certificate is judged by the name; and nothing of the environment is used. */

const certificate = selfSigned("good.example");

test("a certificate for the name that was asked for is accepted, at the address that was judged", async () => {
  await using stage = await FetchStage.open(reply("200 OK", {}, "hi"), { certificate });
  expect(await stage.outcome("https://good.example/")).toBe("200 with 2 bytes");
  expect(stage.dialled.map(({ address, port, host }) => [address, port, host])).toEqual([
    [somewhere, 443, "good.example"],
  ]);
});

test("the same server is refused under another name, and sees no request", async () => {
  await using stage = await FetchStage.open(reply("200 OK"), { certificate });
  for (const url of ["https://evil.example/", "https://x.good.example/", "https://1.1.1.1/"]) {
    expect([url, await stage.outcome(url, { headers: { Authorization: "canary" } })]).toEqual([url, "tls"]);
  }
  expect([stage.server.connections, stage.server.requests]).toEqual([3, []]);
});

test("a certificate of an authority that nobody knows is refused", async () => {
  const ca = selfSigned("good.example").cert;
  await using stage = await FetchStage.open(reply("200 OK"), { certificate, ca });
  expect(await stage.outcome("https://good.example/")).toBe("tls");
  expect(stage.server.requests).toEqual([]);
});

test("a server that does not speak TLS gets no request over https", async () => {
  await using stage = await FetchStage.open(reply("200 OK"));
  expect(await whileTimePasses(stage.clock, stage.outcome("https://good.example/"))).toBe("unreachable");
  expect(stage.server.requests).toEqual([]);
});

test("a redirect from TLS to plain text leaves secrets behind", async () => {
  await using plain = await FetchStage.open(reply("200 OK"));
  const headers = { Location: "http://good.example/plain" };
  await using stage = await FetchStage.open(reply("302 Found", headers), { certificate });
  expect(await stage.outcome("https://good.example/", { headers: { Authorization: "canary" } })).toBe("broken");
  expect(stage.dialled.map(({ isTls, headers: sent }) => [isTls, "authorization" in sent])).toEqual([
    [true, true],
    [false, false],
  ]);
  expect(plain.server.connections).toBe(0);
});

// A process of its own, for its environment.
test("neither a proxy nor a switched-off check of the environment counts", async () => {
  await using proxy = await FetchStage.open(reply("200 OK", {}, "from the proxy"));
  const proxyUrl = `http://127.0.0.1:${proxy.server.port}`;
  const names = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "environment-probe.ts")], {
    env: {
      PATH: process.env["PATH"],
      NODE_USE_ENV_PROXY: "1",
      NODE_TLS_REJECT_UNAUTHORIZED: "0",
      NO_PROXY: "",
      ...Object.fromEntries(names.map((name) => [name, proxyUrl])),
    },
    stderr: "ignore",
  });
  expect(await new Response(child.stdout).json()).toEqual({ plain: "200 with 6 bytes", tls: "tls" });
  expect(proxy.server.connections).toBe(0);
});
