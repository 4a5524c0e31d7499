import { expect, test } from "bun:test";
import { onLan } from "../discovery/lan.ts";
import { planOf } from "../../src/discovery/index.ts";
import { importsOf, sourceFiles } from "../tidy/source.ts";

/** What the network is told, and what is believed of what it tells: block 1H of the ledger. */

interface Silent {
  readonly loopback: { readonly packets: number; readonly isLoaded: boolean };
  readonly nearCode: number;
  readonly offPackets: number;
  readonly statusCode: number;
  readonly pinned: boolean;
  readonly believed: boolean;
  readonly offTrouble: boolean;
}

/** It takes the time of some commands, each a process. */
const sceneMs = 60_000;
const silent = onLan<Silent>("silent");
silent.catch(() => undefined);

test("S-112 without a wish for more, neither the program's path nor the SSH port is told", () => {
  const facts = { displayName: "Attic", hostLabel: "clawdia-1a2b3c", port: 18_789 };
  const keys = planOf(facts).map(({ txt, host }) => Object.keys(txt(host)));
  expect(keys).toEqual(keys.map(() => ["role", "displayName", "lanHost", "gatewayPort", "transport"]));
  const full = planOf({ ...facts, remoteSetup: { cliPath: "/usr/bin/clawdia" } });
  expect(full.map(({ txt, host }) => [txt(host)["cliPath"], txt(host)["sshPort"]])).toEqual(
    full.map(() => ["/usr/bin/clawdia", "22"]),
  );
});

test(
  "S-112 a gateway for this machine alone puts nothing on the network, and loads nothing for it",
  async () => {
    const { loopback, nearCode } = await silent;
    expect({ ...loopback, nearCode }).toEqual({ packets: 0, isLoaded: false, nearCode: 0 });
  },
  sceneMs,
);

test(
  "S-112 switched off it is silent, and commands neither ask the network nor believe who answers in our name",
  async () => {
    const { offPackets, offTrouble, statusCode, pinned, believed } = await silent;
    expect({ offPackets, offTrouble, statusCode, pinned, believed }).toEqual({
      offPackets: 0,
      offTrouble: false,
      statusCode: 0,
      pinned: true,
      believed: false,
    });
  },
  sceneMs,
);

const multicastPackages = /^(node:)?dgram$|^@homebridge\/ciao|^multicast-dns|bonjour/;

test("S-112 nothing but what announces hears multicast, so that no announcement leads a client anywhere", () => {
  const hears = sourceFiles(["src"]).filter(
    (file) =>
      /\budpSocket\b/.test(file.code) || importsOf(file).some(({ specifier }) => multicastPackages.test(specifier)),
  );
  expect(hears.map(({ path }) => path).toSorted((left, right) => left.localeCompare(right))).toEqual([
    "src/discovery/ciao.ts",
    "src/discovery/multicast.ts",
  ]);
});
