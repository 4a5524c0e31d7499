import { expect, test } from "bun:test";
import answers from "../fixtures/signal-daemon/answers.json";
import { Crabline } from "./signal/crabline.ts";
import { SignalDouble } from "./signal/signal-double.ts";
import { isJson } from "./signal/wire.ts";

/** signal-cli has no official client; what a real daemon answered is what the double has to answer. */

/** With the people of the double, and every time as the same one. */
function named(value: unknown, names: Readonly<Record<string, string>>): unknown {
  if (typeof value === "string") return names[value] ?? value;
  if (Array.isArray(value)) return value.map((one) => named(one, names));
  if (!isJson(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, key === "timestamp" ? 0 : named(one, names)]),
  );
}

for (const { name, method, params = {}, isSingle = false, isOurs = false, answer } of answers) {
  test(`the double answers as signal-cli did: ${name}`, async () => {
    await using double = await SignalDouble.start({ isSingle });
    const bob = double.person({ name: "Bob" });
    const names = { BOB: bob.aci, US: double.aci };
    const body = JSON.stringify({ jsonrpc: "2.0", id: "x", method, params: named(params, names) });
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${double.url}/api/v1/rpc`, { method: "POST", headers, body });
    expect(response.status).toBe(200);
    const given: unknown = await response.json();
    // Where crabline has the say, it refuses in its own words.
    if (isOurs) expect(given).toMatchObject({ error: { code: expect.any(Number) } });
    else expect(named(given, {})).toEqual(named(answer, names));
  });
}

test("the frame of calls is the daemon's: methods, types, and calls that want no answer", async () => {
  await using double = await SignalDouble.start();
  const post = (body: string, type = "application/json") =>
    fetch(`${double.url}/api/v1/rpc`, { method: "POST", headers: { "content-type": type }, body });
  const version = { jsonrpc: "2.0", method: "version" };
  expect((await fetch(`${double.url}/api/v1/rpc`)).status).toBe(405);
  expect((await fetch(`${double.url}/nowhere`)).status).toBe(404);
  expect((await fetch(`${double.url}/api/v1/check`)).status).toBe(200);
  expect((await post("{}", "text/plain")).status).toBe(415);
  expect((await post(JSON.stringify(version))).status).toBe(201);
  expect(await (await post("{")).json()).toMatchObject({ error: { code: -32_700 }, id: null });
  expect((await fetch(`${double.url}/api/v1/events?account=%2B1999`)).status).toBe(400);
});

test("crabline takes the calls that the double takes", async () => {
  await using crabline = await Crabline.start("+15550100999");
  const recipient = ["a11ce000-0000-4000-8000-000000000002"];
  await crabline.judge("send", { recipient, message: "hi" });
  await crabline.judge("sendTyping", { recipient, stop: true });
  const refused = await crabline.judge("send", { recipient: ["Bob"], message: "hi" }).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: -32_602 });
});
