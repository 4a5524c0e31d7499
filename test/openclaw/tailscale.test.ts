import { expect, test } from "bun:test";
import { mapConfig } from "../../src/openclaw/config-map.ts";

/** What becomes of OpenClaw's gateway section, and what is left. */
function mapped(gateway: object): unknown[] {
  const report = { taken: [], left: [] as { what: string; why: string }[] };
  const { written } = mapConfig({ gateway }, [], report);
  return [{ auth: {}, ...(written["gateway"] as object) }, report.left.map(({ what }) => what)];
}

test("Tailscale's serving is taken over, and its funnel is left for the owner to open", () => {
  const serving = { tailscale: { mode: "serve", resetOnExit: true }, auth: { allowTailscale: false } };
  expect(mapped(serving)).toEqual([serving, []]);
  expect(mapped({ tailscale: { mode: "off" } })).toEqual([{ auth: {} }, []]);
  expect(mapped({ tailscale: { mode: "funnel" } })).toEqual([{ auth: {} }, ["gateway.tailscale.mode funnel"]]);
  expect(mapped({ tailscale: { mode: "serve" }, bind: "lan" })).toEqual([
    { auth: {}, bind: "lan" },
    ["gateway.tailscale.mode serve"],
  ]);
});
