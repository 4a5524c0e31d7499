import { expect, test } from "bun:test";
import { inPrivateNetwork } from "./private-network.ts";

test("the binary links and answers at web.whatsapp.com and mmg.whatsapp.net, with nothing set", async () => {
  const played = await inPrivateNetwork("whatsapp", ["web.whatsapp.com", "mmg.whatsapp.net"]);
  expect(played).toEqual({ code: 0, output: "passed" });
}, 60_000);
