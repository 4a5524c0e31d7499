import { expect, test } from "bun:test";
import { inPrivateNetwork } from "./private-network.ts";

test("the binary answers on Signal through the signal-cli in PATH, with nothing set but the number", async () => {
  expect(await inPrivateNetwork("signal", ["chat.signal.org"])).toEqual({ code: 0, output: "passed" });
});
