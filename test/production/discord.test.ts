import { expect, test } from "bun:test";
import { inPrivateNetwork } from "./private-network.ts";

const hosts = ["discord.com", "gateway.discord.gg", "cdn.discordapp.com"];

test("the binary answers at discord.com and its gateway, with nothing set but the token", async () => {
  expect(await inPrivateNetwork("discord", hosts)).toEqual({ code: 0, output: "passed" });
});
