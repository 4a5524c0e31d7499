import { expect, test } from "bun:test";
import { join } from "node:path";
import { realClock, setJson5 } from "../../src/lib/index.ts";
import { FakeNetwork } from "../doubles/fake-network.ts";
import { ScriptedEngine } from "../doubles/scripted-engine.ts";
import { type Guest, newDevice, ownerToken, temporaryFolder } from "../open-house.ts";
import { type Chance, chanceFrom } from "./chance-from.ts";
import { freePort } from "./free-port.ts";
import { openTimedHouse } from "./timed-house.ts";

/** A running house is given valid configs of every kind, while people write on a network and in WebChat. */

const seed = 20_261_126;
const rounds = 108;

/** Settings that hold at once, with values of which each can be used. */
const changes: readonly ((chance: Chance, folder: string) => readonly [path: string, value: unknown])[] = [
  (chance) => ["cron.enabled", chance(2) === 0],
  (chance) => ["cron.timeZone", ["Europe/Berlin", "Asia/Tokyo", "America/Lima"][chance(3)]],
  (chance) => ["cron.misfireMinutes", 1 + chance(600)],
  (chance) => ["heartbeat.every", ["0m", "30m", "2h", "45s"][chance(4)]],
  (chance) => ["heartbeat.ackMaxChars", chance(900)],
  (chance) => ["canvasHost.enabled", chance(3) > 0],
  (chance) => ["canvasHost.liveReload", chance(2) === 0],
  (chance, folder) => ["canvasHost.root", join(folder, `pages-${chance(3)}`)],
  () => ["canvasHost.port", freePort()],
  () => ["gateway.port", freePort()],
  (chance) => ["gateway.bind", ["loopback", "lan", "127.0.0.1"][chance(3)]],
  (chance) => ["gateway.tls.enabled", chance(2) === 0],
  (chance) => ["gateway.auth.token", `a-token-of-this-round-${chance(1_000_000)}`],
  (chance) => ["gateway.auth.password", `a password of this round ${chance(1_000_000)}`],
  (chance) => ["gateway.allowedHosts", [`box-${chance(9)}.example.org`]],
  (chance) => ["gateway.http.chatCompletions.enabled", chance(2) === 0],
  (chance) => ["gateway.http.metrics.enabled", chance(2) === 0],
  (chance) => ["gateway.nodes.denyCommands", chance(2) === 0 ? [] : ["camera.snap"]],
  (chance) => ["hooks", { enabled: true, token: `a-token-of-the-hooks-${chance(1_000_000)}` }],
  (chance) => ["logging.level", ["debug", "info", "warn"][chance(3)]],
  (chance) => ["agents.runsMax", 1 + chance(8)],
  (chance) => ["agents.runTimeoutSeconds", 60 + chance(600)],
  (chance) => ["messages.queueMax", 40 + chance(20)],
  (chance) => ["models.aliases", { quick: `openai/gpt-${chance(9)}` }],
  (chance) => ["tools.deny", chance(2) === 0 ? [] : ["exec"]],
  (chance) => ["mcp.servers", chance(2) === 0 ? {} : { files: { url: "http://127.0.0.1:9/mcp", enabled: false } }],
  (chance) => ["ui.seamColor", `11223${chance(9)}`],
];

/** Somebody in WebChat who comes back wherever the gateway is, and sends again what was not taken. */
class Writer {
  readonly taken: string[] = [];
  returns = 0;
  readonly #connect: () => Promise<Guest>;
  #guest: Guest | undefined;

  constructor(connect: () => Promise<Guest>) {
    this.#connect = connect;
  }

  async write(text: string): Promise<void> {
    for (;;) {
      try {
        this.#guest ??= await this.#connect();
        await this.#guest.call("chat.send", { sessionKey: "main", message: text, idempotencyKey: text });
        this.taken.push(text);
        return;
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        this.#guest?.client.close();
        this.#guest = undefined;
        this.returns++;
        await realClock.sleep(5);
      }
    }
  }

  [Symbol.dispose](): void {
    this.#guest?.client.close();
  }
}

const account = '{ dmPolicy: "open", allowFrom: ["*"] }';
const quiet = 'discovery: { mdns: { mode: "off" } }, session: { dmScope: "per-peer" }';
const base = `{ ${quiet}, providers: { telegram: { accounts: { main: ${account} } } } }`;

test(`${rounds} valid changes under traffic lose no message and double none (seed ${seed})`, async () => {
  using folder = temporaryFolder();
  using pages = temporaryFolder();
  const path = join(folder.path, "clawdia.json");
  const network = new FakeNetwork();
  const engine = new ScriptedEngine();
  const stateDir = folder.path;
  await using house = await openTimedHouse({ stateDir, providers: [network.provider], engine, watchesConfig: true });
  const { gateway } = house.house;
  const signer = newDevice();
  const here = () => {
    const { tls } = gateway.listening;
    return { url: `${tls ? "wss" : "ws"}://127.0.0.1:${gateway.port}`, isTls: tls !== undefined };
  };
  const come = () => {
    const { url, isTls } = here();
    return house.connect({ credentials: { token: ownerToken }, signer, url, ...(isTls && { openSocket }) });
  };
  using writer = new Writer(come);
  using first = await come();
  await first.call("config.set", { raw: base });
  const chance = chanceFrom(seed);
  const traffic = { isOver: false, spoken: 0 };
  // On a fast machine changes would outrun those who talk.
  const spokenUpTo = async (count: number) => {
    while (traffic.spoken < count) await realClock.sleep(1);
  };
  const talking = (async () => {
    for (; !traffic.isOver; traffic.spoken++) {
      await network.says(`n${traffic.spoken}`, { peer: { kind: "direct", id: `${traffic.spoken + 100}` } });
      await writer.write(`w${traffic.spoken}`);
      await realClock.sleep(15);
    }
  })();
  for (let round = 0; round < rounds; round++) {
    const source = await Bun.file(path).text();
    const [setting, value] = changes[round % changes.length]!(chance, pages.path);
    const raw = setJson5(source, setting.split("."), value);
    // Half of them over the wire, half as an editor does it.
    if (round % 2 === 0) {
      using guest = await come();
      const { hash } = await guest.call("config.get", {});
      const changed = await guest.call("config.apply", { raw, baseHash: hash!, restartDelayMs: chance(50) });
      expect([setting, changed.needsRestart]).toEqual([setting, []]);
      await house.clock.advance(round % 50 === 48 ? 61_000 : 200);
    } else {
      await Bun.write(path, raw);
      await house.clock.advance(2_000);
    }
    expect([setting, await readyAt(here())]).toEqual([setting, 200]);
    await spokenUpTo(round + 1);
  }
  traffic.isOver = true;
  await talking;
  const { spoken } = traffic;
  await house.clock.advance(5_000);
  await network.until((shown) => shown.length >= spoken);
  using owner = await come();
  for (const runId of writer.taken) await owner.call("agent.wait", { runId, timeoutMs: 10_000 });
  expect(new Set(network.shown.map(({ peerId }) => peerId)).size).toBe(spoken);
  expect(network.shown.length).toBe(spoken);
  const counts = new Map<string, number>();
  const { messages } = await owner.call("chat.history", { sessionKey: "main", limit: 1000 });
  for (const { role, runId } of messages) counts.set(`${role} ${runId}`, (counts.get(`${role} ${runId}`) ?? 0) + 1);
  const seen = writer.taken.slice(-400);
  expect(seen.filter((key) => counts.get(`user ${key}`) !== 1 || counts.get(`assistant ${key}`) !== 1)).toEqual([]);
  expect([spoken >= rounds, writer.returns > 0]).toEqual([true, true]);
  expect((await owner.call("config.get", {})).warnings).toEqual([]);
  expect(house.log.records.filter(({ level }) => level === "error")).toEqual([]);
}, 120_000);

/** The certificate is one that the gateway made. */
const openSocket = (address: string): WebSocket =>
  Reflect.construct(WebSocket, [address, { tls: { rejectUnauthorized: false } }]);

async function readyAt({ url }: { url: string }): Promise<number> {
  return (await fetch(`${url.replace(/^ws/, "http")}/readyz`, { tls: { rejectUnauthorized: false } })).status;
}
