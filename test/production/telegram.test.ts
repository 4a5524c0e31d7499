import { expect, test } from "bun:test";
import { inPrivateNetwork } from "./private-network.ts";

test("the binary answers at api.telegram.org, with nothing set but the token", async () => {
  expect(await inPrivateNetwork("telegram", ["api.telegram.org"])).toEqual({ code: 0, output: "passed" });
});
