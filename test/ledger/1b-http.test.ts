import { expect, test } from "bun:test";
import { attemptLimits } from "../../src/devices/index.ts";
import { defaultConfig } from "../../src/config/index.ts";
import { httpSettings } from "../api/api-house.ts";
import { ownerToken } from "../open-house.ts";
import { LedgerHouse, ownerPassword, proxied } from "./ledger-house.ts";

/** Rows of block 1 as they hold for the doors that take the gateway's token over plain HTTP. */

const gateway = { ...defaultConfig().gateway, http: httpSettings() };
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

const requests: readonly (readonly [path: string, body: unknown])[] = [
  ["/v1/chat/completions", { model: "clawdia", messages: [{ role: "user", content: "hi" }] }],
  ["/v1/responses", { model: "clawdia", input: "hi" }],
  ["/v1/models", undefined],
  ["/tools/invoke", { tool: "sessions_list" }],
  ["/metrics", undefined],
];

const init = (body: unknown, headers: Readonly<Record<string, string>>): RequestInit =>
  body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) };

for (const [path, body] of requests) {
  test(`S-10 a token in the query of ${path} is refused, right or wrong, and repeated nowhere`, async () => {
    await using house = await LedgerHouse.open({ gateway });
    for (const token of [ownerToken, "wrong"]) {
      const response = await house.refuses(() => house.fetch(`${path}?token=${token}`, init(body, {})));
      expect(response.status).toBe(401);
      house.expectNoSecretIn(await response.text());
    }
  });

  test(`S-15 of guesses at ${path} ten are looked at, and sockets count with them`, async () => {
    await using house = await LedgerHouse.openTimed({ gateway });
    const statuses: number[] = [];
    for (let count = 0; count < attemptLimits.failuresMax + 2; count++) {
      const response = await house.refuses(() => house.fetch(path, init(body, bearer(`guess ${count}`))));
      statuses.push(response.status);
    }
    expect(statuses).toEqual([...Array.from({ length: attemptLimits.failuresMax }, () => 401), 429, 429]);
    expect((await house.fetch(path, init(body, bearer(ownerToken)))).status).toBe(429);
    const { answer } = await house.greet({ auth: { token: ownerToken } });
    expect(answer.error?.details?.["code"]).toBe("AUTH_RATE_LIMITED");
  });

  test(`S-18 a thousand requests without a token lock nobody out of ${path}`, async () => {
    await using house = await LedgerHouse.open({ gateway });
    for (let count = 0; count < 20; count++) expect((await house.fetch(path, init(body, {}))).status).toBe(401);
    for (const right of [ownerToken, ownerPassword]) {
      expect((await house.fetch(path, init(body, bearer(right)))).status).toBe(200);
    }
  });
}

const scopes = ["operator.admin", "operator.write", "operator.read", "operator.approvals", "operator.pairing", ""];

test("S-45 an operation over HTTP is allowed to exactly those scopes that may do it over the socket", async () => {
  const same: readonly (readonly [path: string, body: unknown, method: string])[] = [
    [...requests[0]!, "chat.send"],
    [...requests[1]!, "chat.send"],
    [...requests[2]!, "agents.list"],
    [...requests[4]!, "status"],
  ];
  await using house = await LedgerHouse.open({ gateway });
  for (const scope of scopes.filter((name) => name !== "")) {
    const socket = await house.operator([scope]);
    for (const [path, body, method] of same) {
      const over = await socket.call(method, method === "chat.send" ? chat(`${path} ${scope}`) : {});
      const response = await house.fetch(path, init(body, { ...bearer(ownerToken), "x-clawdia-scopes": scope }));
      expect([path, scope, response.status === 403]).toEqual([path, scope, over.error?.code === "FORBIDDEN"]);
    }
  }
});

test("S-45 a token from afar has no scope that it would not have over the socket", async () => {
  await using house = await LedgerHouse.open({ ...proxied, gateway: { ...gateway, ...proxied.gateway } });
  const wire = await house.socket({
    path: "/v1/models",
    localAddress: "127.0.0.2",
    headers: {
      Upgrade: "none",
      Connection: "close",
      "X-Forwarded-For": "203.0.113.7",
      Authorization: `Bearer ${ownerToken}`,
      "X-Clawdia-Scopes": "operator.admin",
    },
  });
  // A client from afar never has the scope that manages the gateway, and asking for nothing else leaves it nothing.
  expect(wire.status).toBe(403);
});

function chat(key: string) {
  return { sessionKey: "main", message: "hi", idempotencyKey: key };
}

test("S-09 answers of doors forbid frames, scripts and sniffing as all others do", async () => {
  await using house = await LedgerHouse.open({ gateway });
  for (const [path, body] of requests) {
    for (const token of [ownerToken, "wrong"]) {
      const { headers } = await house.fetch(path, init(body, bearer(token)));
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(headers.get("x-frame-options")).toBe("DENY");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("cache-control")).toBe("no-store");
    }
  }
});
