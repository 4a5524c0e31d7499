import { expect, test } from "bun:test";
import { mapConfig } from "../../src/openclaw/index.ts";

/** What of OpenClaw's config says how the gateway shows itself in its network. */

function mapped(discovery: object) {
  const left: { what: string; why: string }[] = [];
  const { written } = mapConfig({ discovery }, [], { taken: [], left });
  return { discovery: written["discovery"], left: left.map(({ what }) => what) };
}

test("a gateway that was silent in its network stays so, and what has no setting here is named", () => {
  expect(mapped({ mdns: { mode: "off" }, wideArea: { enabled: true } })).toEqual({
    discovery: { mdns: { mode: "off" } },
    left: ["config discovery: wideArea"],
  });
});

test("a mode that there is not is left out and named", () => {
  expect(mapped({ mdns: { mode: "loud" } })).toEqual({ discovery: { mdns: {} }, left: ["config discovery.mdns.mode"] });
});
