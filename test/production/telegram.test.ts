import { expect, test } from "bun:test";
import { inPrivateNetwork } from "./private-network.ts";

test("the binary answers at api.telegram.org, with nothing set but the token", async () => {
  expect(await inPrivateNetwork("telegram", ["api.telegram.org"])).toEqual({ code: 0, output: "passed" });
});

test("updates come to the binary through a public address behind TLS, and wait while it is away", async () => {
  const hosts = ["api.telegram.org", "bot.example.org"];
  expect(await inPrivateNetwork("telegram-webhook", hosts)).toEqual({ code: 0, output: "passed" });
});
