import { expect } from "bun:test";
import { RecordingPorts } from "../doubles/recording-ports.ts";
import { rejectionOf } from "../doubles/rejection.ts";
import { bobsText, type Linked, message, never, type Staged } from "./provider-scene.ts";

/** Laws of a link's life: how it begins, what it tells, how it ends. */
export function livingLaws<Settings>(law: Staged<Settings>, linked: Linked<Settings>): void {
  linked("a link is connecting, then connected and says who we are", async ({ stage, ports, link }) => {
    expect(ports.kinds).toEqual(["connecting", "connected"]);
    const { self } = await ports.told("connected");
    expect([self.id, self.name].map((text) => text.length > 0)).toEqual([true, true]);
    await link.probe(never);
    const known = stage.provider.configured(stage.account, ports.secrets);
    expect(known.isConfigured).toBe(true);
  });

  linked("a lost connection is told, and another link connects again", async ({ stage, ports, link }) => {
    const { network, provider, account } = stage;
    network.breaks();
    expect((await ports.told("lost")).reason).not.toBe("");
    expect(await rejectionOf(link.probe(never))).toBeInstanceOf(Error);
    await link[Symbol.asyncDispose]();
    expect(ports.kinds).toEqual(["connecting", "connected", "lost"]);
    await network.mends();
    const again = new RecordingPorts(stage.clock, stage.secrets, stage.records);
    await using second = await provider.open(account, again);
    await again.told("connected");
    await again.heard(await network.says(bobsText));
    await second.probe(never);
  });

  law("opening resolves while the network cannot be reached", async (stage, ports) => {
    stage.network.breaks();
    await using link = await stage.provider.open(stage.account, ports);
    await ports.told("lost");
    expect(await rejectionOf(link.probe(never))).toBeInstanceOf(Error);
    expect(ports.kinds).toEqual(["connecting", "lost"]);
  });

  linked("revoked credentials end the link, and nothing is tried after that", async ({ stage, ports, link }) => {
    const { network, clock } = stage;
    network.revokes();
    const sending = link.send(message(network.peer("direct")), never);
    expect(await rejectionOf(sending)).toMatchObject({ name: "DeliveryError", isCertain: true });
    const { reason, cure } = await ports.told("logged-out");
    expect([reason, cure]).not.toContain("");
    const contacts = network.contacts();
    await clock.advance(10 * 60_000);
    expect(network.contacts()).toBe(contacts);
    expect(ports.kinds).toEqual(["connecting", "connected", "logged-out"]);
  });

  law("without credentials the link says what to do", async (stage) => {
    const ports = new RecordingPorts(stage.clock);
    expect(stage.provider.configured(stage.bareAccount, ports.secrets)).toEqual({ isConfigured: false });
    await using link = await stage.provider.open(stage.bareAccount, ports);
    expect((await ports.told("logged-out")).cure).toStartWith("clawdia ");
    expect(await rejectionOf(link.probe(never))).toBeInstanceOf(Error);
    const unsent = link.send(message(stage.network.peer("direct")), never);
    expect(await rejectionOf(unsent)).toMatchObject({ name: "DeliveryError", isCertain: true, isPermanent: false });
    expect(ports.kinds).toEqual(["connecting", "logged-out"]);
    expect(stage.network.contacts()).toBe(0);
  });

  linked("after dispose nothing comes in and nothing is told", async ({ stage: { network, clock }, ports, link }) => {
    const stored = Promise.withResolvers<void>();
    ports.store = () => stored.promise;
    await ports.heard(await network.says("before"));
    await link[Symbol.asyncDispose]();
    await link[Symbol.asyncDispose]();
    await network.says("after");
    stored.resolve();
    network.breaks();
    await clock.advance(10 * 60_000);
    expect([ports.received.length, ports.kinds]).toEqual([1, ["connecting", "connected"]]);
    const late = link.send(message(network.peer("direct")), never);
    expect(await rejectionOf(late)).toMatchObject({ name: "DeliveryError", isCertain: true, isPermanent: false });
  });
}
