import { expect, test } from "bun:test";
import { attemptLimits } from "../../src/devices/index.ts";
import { newDevice, ownerToken } from "../open-house.ts";
import { LedgerHouse, ownerPassword, refusalIn } from "./ledger-house.ts";

/** Block 1A of the ledger: browsers, origins, what a page may do. */

const secret = { auth: { token: ownerToken } };

for (const origin of ["https://evil.example", "null", "file://", "http://127.0.0.1.evil.example"]) {
  test(`S-03 an upgrade with the foreign Origin ${origin} is refused, whatever the client would say`, async () => {
    await using house = await LedgerHouse.open();
    const wire = await house.refuses(() => house.socket({ headers: { Origin: origin } }));
    expect([wire.status, wire.body.split(":")[0]]).toEqual([403, "origin_not_allowed"]);
    house.expectNoSecretIn(wire.body);
  });
}

test("S-04 a page of another port of this host is refused", async () => {
  await using house = await LedgerHouse.open();
  const headers = { Host: `localhost:${house.open.port}`, Origin: "http://localhost:8080" };
  const wire = await house.refuses(() => house.socket({ headers }));
  expect(wire.status).toBe(403);
});

test("S-05 a page over loopback is locked out at its eleventh guess, and the password alone pairs nobody", async () => {
  await using house = await LedgerHouse.openTimed();
  const origin = { headers: { Origin: house.open.httpUrl } };
  const signer = newDevice();
  const outcomes = await house.refuses(
    async () => {
      const codes: unknown[] = [];
      for (let count = 0; count < 50; count++) {
        const { answer, wire } = await house.greet({ signer, auth: { password: `guess ${count}` } }, origin);
        codes.push(answer.error?.details?.["code"]);
        expect((await wire.closed).code).toBe(1008);
      }
      return codes;
    },
    { lines: 50 },
  );
  expect(outcomes.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => "AUTH_PASSWORD_MISMATCH"));
  expect(outcomes.slice(10)).toEqual(Array.from({ length: 40 }, () => "AUTH_RATE_LIMITED"));
  const locked = await house.greet({ signer, auth: { password: ownerPassword } }, origin);
  expect(refusalIn(locked.answer)).toStartWith("RATE_LIMITED AUTH_RATE_LIMITED unauthorized");
  await house.clock.advance(attemptLimits.lockMs);
  const right = await house.greet({ signer, auth: { password: ownerPassword } }, origin);
  expect(refusalIn(right.answer)).toBe("NOT_PAIRED PAIRING_REQUIRED pairing required");
});

test("S-06 a rebound name is refused on the socket and over HTTP, though Host and Origin agree", async () => {
  await using house = await LedgerHouse.open();
  const { port } = house.open;
  const rebound = { Host: `evil.example:${port}`, Origin: `http://evil.example:${port}` };
  const wire = await house.refuses(() => house.socket({ headers: rebound }));
  expect(wire.status).toBe(421);
  for (const path of ["/", "/healthz", "/control-ui-config.json", "/avatar/main?meta=1", "/assets/x.js"]) {
    const plain = { Host: `evil.example:${port}`, Upgrade: "none", Connection: "close" };
    const answer = await house.refuses(() => house.socket({ path, headers: plain }));
    expect([path, answer.status]).toEqual([path, 421]);
  }
});

test("S-07 there is no HTTP request that changes anything, from whatever page", async () => {
  await using house = await LedgerHouse.open();
  for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
    for (const path of ["/", "/healthz", "/control-ui-config.json", "/tools/invoke", "/hooks/agent"]) {
      const own = await house.refuses(() =>
        house.fetch(path, { method, body: "x", headers: { "sec-fetch-site": "cross-site" } }),
      );
      // The one door that takes what programs send asks for the token, which no page has.
      const isDoor = method === "POST" && path === "/tools/invoke";
      expect([method, path, own.status]).toEqual([method, path, isDoor ? 401 : 405]);
      const cross = { origin: "https://evil.example", "content-type": "text/plain" };
      const foreign = await house.refuses(() => house.fetch(path, { method, body: "{}", headers: cross }));
      expect([method, path, foreign.status]).toEqual([method, path, 403]);
    }
  }
});

/** Paths that answer without a credential; nothing else does. */
const openPaths = [
  "/",
  "/index.html",
  "/healthz",
  "/readyz",
  "/startupz",
  "/control-ui-config.json",
  "/avatar/main?meta=1",
];

test("S-09 every HTTP answer forbids frames, inline scripts, sniffing and referrers", async () => {
  await using house = await LedgerHouse.open();
  const script = /src="(\/?assets\/[^"]+)"/.exec(await (await house.fetch("/")).text())?.[1] ?? "";
  expect(script).not.toBe("");
  const asset = script.startsWith("/") ? script : `/${script}`;
  for (const path of [...openPaths, asset, "/nothing", "/?token=x"]) {
    for (const method of ["GET", "HEAD", "POST"]) {
      const { headers } = await house.fetch(path, { method });
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).not.toContain("unsafe");
      const rest = ["x-content-type-options", "x-frame-options", "referrer-policy"].map((name) => headers.get(name));
      expect([path, method, ...rest]).toEqual([path, method, "nosniff", "DENY", "no-referrer"]);
      if (headers.get("content-type")?.includes("json")) expect(headers.get("cache-control")).toBe("no-store");
    }
  }
});

test("S-10 a credential in a query is refused on every route, and written down nowhere", async () => {
  await using house = await LedgerHouse.open();
  for (const name of ["token", "password", "deviceToken", "bootstrapToken"]) {
    for (const path of ["/", "/healthz", "/nothing", "/assets/x.js"]) {
      const given = `${path}?a=1&${name}=${ownerToken}`;
      const answer = await house.refuses(() => house.fetch(given));
      expect([given, answer.status]).toEqual([given, 401]);
      house.expectNoSecretIn(`${await answer.text()}${JSON.stringify([...answer.headers])}`);
    }
    const wire = await house.refuses(() => house.socket({ path: `/?${name}=${ownerToken}` }));
    expect(wire.status).toBe(401);
    house.expectNoSecretIn(wire.body);
  }
});

test("S-11 a stranger learns nothing of what runs here from any answer", async () => {
  await using house = await LedgerHouse.open({ agents: { list: [{ id: "canary-agent", name: "Canary" }] } });
  for (const path of openPaths) {
    const answer = await house.fetch(path);
    const text = `${await answer.text()}${JSON.stringify([...answer.headers])}`;
    for (const fact of [
      "0.0.0-test",
      house.folder,
      "canary-agent",
      "Canary",
      Bun.env["HOSTNAME"] ?? "canary-host",
      "agent:",
    ]) {
      expect([path, fact, text.includes(fact)]).toEqual([path, fact, false]);
    }
  }
  const bodies = await Promise.all(openPaths.slice(2).map(async (path) => (await house.fetch(path)).text()));
  expect(bodies).toEqual(["ok\n", "ready\n", "started\n", '{"basePath":""}', '{"avatarUrl":null}']);
});

test("S-11 a refused socket tells no more than the challenge and the reason", async () => {
  await using house = await LedgerHouse.open();
  const { wire } = await house.greet({ auth: { token: "wrong" } });
  await wire.closed;
  expect(wire.frames.map(({ event, id }) => event ?? id)).toEqual(["connect.challenge", "hello"]);
  expect(Object.keys(wire.frames[0]!.payload!)).toEqual(["nonce", "ts"]);
  expect(wire.texts.join()).not.toMatch(/0\.0\.0-test|agent:|clawdia\.json/);
});

test("S-12 a native client, which sends no Origin, is let in with its device", async () => {
  await using house = await LedgerHouse.open();
  const { answer } = await house.greet({ signer: newDevice(), ...secret });
  expect([answer.ok, answer.payload?.["type"]]).toEqual([true, "hello-ok"]);
});
