import { expect, test } from "bun:test";
import { inPrivateNetwork } from "./private-network.ts";

test("the binary answers at slack.com over Socket Mode, with nothing set but the tokens", async () => {
  const hosts = ["slack.com", "files.slack.com", "wss-primary.slack.com"];
  expect(await inPrivateNetwork("slack", hosts)).toEqual({ code: 0, output: "passed" });
});
