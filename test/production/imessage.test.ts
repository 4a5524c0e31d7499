import { expect, test } from "bun:test";
import { inPrivateNetwork } from "./private-network.ts";

test("the binary talks to the imsg of this Mac, and over ssh to that of another", async () => {
  expect(await inPrivateNetwork("imessage", ["mac.local"])).toEqual({ code: 0, output: "passed" });
});
