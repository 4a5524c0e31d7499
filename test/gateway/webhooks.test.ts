import { expect, test } from "bun:test";
import { FakeNetwork } from "../doubles/fake-network.ts";
import { openWith } from "../house/fake-house.ts";

/** Requests of networks over the gateway's own port. */

const took: unknown[] = [];
const door = {
  admits: (headers: Headers) => headers.get("x-secret") === "right",
  bodyBytesMax: 1_000,
  take: (body: Uint8Array) => {
    const text = Buffer.from(body).toString("utf8");
    took.push(text);
    return text === "boom" ? Promise.reject(new Error("the disk is full")) : Promise.resolve(200);
  },
};

const rows: readonly (readonly [name: string, path: string, init: RequestInit, status: number])[] = [
  ["the right secret", "main", { method: "POST", headers: { "x-secret": "right" }, body: "hi" }, 200],
  ["a wrong secret", "main", { method: "POST", headers: { "x-secret": "wrong" }, body: "no" }, 401],
  ["no secret", "main", { method: "POST", body: "no" }, 401],
  ["another account", "other", { method: "POST", headers: { "x-secret": "right" }, body: "no" }, 404],
  ["a GET", "main", { headers: { "x-secret": "right" } }, 405],
  ["a body too large", "main", { method: "POST", headers: { "x-secret": "right" }, body: "x".repeat(1_001) }, 413],
  ["what cannot be stored", "main", { method: "POST", headers: { "x-secret": "right" }, body: "boom" }, 500],
];

for (const [name, account, init, status] of rows) {
  test(`a webhook request with ${name} is answered with ${status}`, async () => {
    const network = new FakeNetwork();
    network.webhook = door;
    await using house = await openWith(network);
    took.length = 0;
    const response = await fetch(`${house.httpUrl}/webhooks/telegram/${account}`, init);
    expect(response.status).toBe(status);
    expect(took).toEqual(status === 200 || status === 500 ? [init.body] : []);
  });
}

test("what a network asks back goes out as plain text, and its headers are seen with its body", async () => {
  const network = new FakeNetwork();
  const seen: (string | null)[] = [];
  network.webhook = {
    ...door,
    take: async (body: Uint8Array, headers: Headers) => {
      seen.push(headers.get("x-secret"));
      return { status: 200, text: `<b>${Buffer.from(body).toString("utf8")}</b>` };
    },
  };
  await using house = await openWith(network);
  const init = { method: "POST", headers: { "x-secret": "right" }, body: "hi" };
  const response = await fetch(`${house.httpUrl}/webhooks/telegram/main`, init);
  expect([response.status, await response.text()]).toEqual([200, "<b>hi</b>"]);
  expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  expect(seen).toEqual(["right"]);
});
