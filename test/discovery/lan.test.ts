import { expect, test } from "bun:test";
import type { Seen } from "./ear.ts";
import { onLan, ownAddress } from "./lan.ts";

/**
 * The gateway in a network of its own, seen by another implementation of multicast DNS. Probing and announcing take the
 * times of RFC 6762, so each scene takes some seconds; they are played side by side, and each law looks at one.
 */

interface LogLine {
  readonly reason?: string;
  readonly next?: string;
  readonly interfaces?: string;
}

interface Told {
  readonly port: number;
  readonly canvasPort: number;
  readonly fingerprint: string;
  readonly minimal: readonly Seen[];
  readonly isLoaded: boolean;
  readonly answered: readonly number[];
  readonly full: readonly Seen[];
  readonly whenOff: { readonly goodbyes: readonly string[]; readonly answered: number };
  readonly atStop: {
    readonly goodbyes: readonly string[];
    readonly lives: readonly number[];
    readonly isQuick: boolean;
  };
}

interface Taken {
  readonly ports: readonly [number, number];
  readonly first: readonly Seen[];
  readonly second: readonly Seen[];
  readonly again: readonly Seen[];
  readonly moved: readonly Seen[];
  readonly staleTexts: readonly string[];
  readonly answered: number;
}

interface Broken {
  readonly taken: LogLine;
  readonly timesTold: number;
  readonly status: string;
  readonly doctor: { readonly findings: readonly { readonly level: string; readonly text: string }[] };
  readonly nowhere: LogLine;
  readonly came: LogLine;
  readonly gone: LogLine;
  readonly back: LogLine;
  readonly answered: readonly number[];
}

interface Wide {
  readonly announced: LogLine;
  readonly instances: readonly string[];
  readonly addresses: readonly string[];
  readonly alone: LogLine;
  readonly aloneAddresses: readonly string[];
}

interface Storm {
  readonly samples: number;
  readonly port: number;
  readonly ports: readonly number[];
  readonly faults: readonly object[];
}

const sceneMs = 60_000;
const told = onLan<Told>("told");
const taken = onLan<Taken>("taken");
const broken = onLan<Broken>("broken");
const wide = onLan<Wide>("wide");
const storm = onLan<Storm>("storm");
// One that fails does so in the law that looks at it.
for (const scene of [told, taken, broken, wide, storm]) scene.catch(() => undefined);

const law = <Facts>(name: string, scene: Promise<Facts>, check: (facts: Facts) => void) =>
  test(name, async () => check(await scene), sceneMs);

const brandNames = [
  ["Clawdia", "clawdia", ""],
  ["OpenClaw", "openclaw", "-openclaw"],
  ["Moltbot", "moltbot", "-moltbot"],
  ["Clawdbot", "clawdbot", "-clawdbot"],
] as const;
const goodbyes = brandNames.map(([, type]) => `${type}-gw`);

law("each brand's apps find the gateway under their own type, with exactly what they need", told, (facts) => {
  const label = facts.minimal[0]!.host.replace(".local", "");
  expect(label).toMatch(/^clawdia-[0-9a-f]{6}$/);
  expect(facts.minimal).toEqual(
    brandNames.map(([brand, type, suffix]) => ({
      instance: `Attic (${brand})._${type}-gw._tcp.local`,
      host: `${label}${suffix}.local`,
      port: facts.port,
      txt: {
        role: "gateway",
        displayName: "Attic",
        lanHost: `${label}${suffix}.local`,
        gatewayPort: String(facts.port),
        transport: "gateway",
        gatewayTls: "1",
        gatewayTlsSha256: facts.fingerprint,
        canvasPort: String(facts.canvasPort),
        tailnetDns: "attic.tail1234.ts.net",
      },
      address: ownAddress,
    })),
  );
});

law("the mode full adds the SSH port, without a restart", told, ({ minimal, full }) => {
  expect(full).toEqual(minimal.map((seen) => ({ ...seen, txt: { ...seen.txt, sshPort: "22" } })));
});

law("the gateway answers to the names that it announced, and to no others of that kind", told, (facts) => {
  expect([facts.answered, facts.whenOff.answered]).toEqual([[200, 200, 200, 200, 421], 421]);
});

law("switched off, it says goodbye at once", told, ({ whenOff }) => {
  expect(whenOff.goodbyes).toEqual(goodbyes);
});

law("the responder is loaded by whoever announces", told, ({ isLoaded }) => expect(isLoaded).toBe(true));

law("a stop says goodbye with a life of 0, and is not held up by it", told, ({ atStop }) => {
  expect(atStop).toEqual({ goodbyes, lives: [0], isQuick: true });
});

law("a second gateway beside the first gets names of its own, and the first keeps its", taken, (facts) => {
  expect([facts.first, facts.second].map((seen) => seen.map(({ port }) => port))).toEqual(
    facts.ports.map((port) => [port, port, port, port]),
  );
  expect(facts.again).toEqual(facts.first);
  expect(facts.second.map(({ instance }) => instance)).toEqual(
    brandNames.map(([brand, type]) => `Attic (${brand}) (2)._${type}-gw._tcp.local`),
  );
});

law("who lost its host name to another tells the new one in every packet, and answers to it", taken, (facts) => {
  for (const { host, txt } of [...facts.second, ...facts.moved]) {
    expect(host).toMatch(/^clawdia-[0-9a-f]{6}(-[a-z]+)?-\(2\)\.local$/);
    expect(txt["lanHost"]).toBe(host);
  }
  expect([facts.staleTexts, facts.answered]).toEqual([[], 200]);
});

law("a machine in two networks is announced in both, and does not take itself for a stranger", wide, (facts) => {
  expect(facts.announced.interfaces).toBe("lan0 lan2");
  expect(facts.instances).toEqual(
    brandNames.map(([brand, type]) => `Attic (${brand})._${type}-gw._tcp.local`).toSorted((a, b) => a.localeCompare(b)),
  );
  expect(facts.addresses).toEqual([ownAddress, "10.78.0.1"]);
});

law("a port that listens in one network is announced in that one alone", wide, (facts) => {
  expect([facts.alone.interfaces, facts.aloneAddresses]).toEqual(["lan2", ["10.78.0.1"]]);
});

law("a port 5353 that another program keeps is told once, with what helps, and the gateway runs", broken, (facts) => {
  const reason = "another program keeps UDP port 5353 for itself";
  expect([facts.taken.reason, facts.timesTold]).toEqual([reason, 1]);
  expect(facts.taken.next).toContain('sudo ss -ulnp "sport = :5353"');
  expect(facts.status).toContain(`! apps do not find the gateway by themselves: ${reason}: end the one that sudo ss`);
  expect(facts.doctor.findings.find(({ text }) => text.endsWith(reason))?.level).toBe("warn");
});

law("a network that comes is announced in, under the address that it gave, which is answered to", broken, (facts) => {
  expect(facts.nowhere.reason).toBe("this machine is in no network that the port listens on");
  expect([facts.came.interfaces, facts.answered]).toEqual(["lan0", [200, 421]]);
});

law("a network that goes while it is announced in, and comes again, is announced in again", broken, (facts) => {
  expect([facts.gone.reason, facts.back.interfaces]).toEqual([facts.nowhere.reason, "lan0"]);
});

law("thousands of mangled packets neither end it nor keep it from answering", storm, ({ samples, port, ...rest }) => {
  expect(samples).toBeGreaterThan(10);
  expect(rest).toEqual({ ports: [port, port, port, port], faults: [] });
});
