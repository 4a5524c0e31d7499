import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client, ConnectError } from "../../src/client/index.ts";
import { realClock } from "../../src/lib/index.ts";
import { Person, type RunningGateway, startGateway } from "./command-house.ts";

/**
 * whatever becomes of a token, a key or a file, on the gateway's side or the client's, every kind of client comes
 * in again by itself, or after the one command that it is told. Twelve mishaps and four kinds of clients.
 */

interface Scene {
  readonly alice: Person;
  /** Other homes with keys of their own. */
  readonly bob: Person;
  readonly carol: Person;
  gateway: RunningGateway;
  /** The one that clients know. */
  token: string;
  restart(): Promise<void>;
}

/** What a try came to: nothing when it went well, else all that the person reads. */
type Try = (scene: Scene) => Promise<string | undefined>;

const health = (person: Person, args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  person
    .types(["health", ...args], { env })
    .then(({ code, stdout, stderr }) => (code === 0 ? undefined : stdout + stderr));

const clients: Readonly<Record<string, Try>> = {
  "the command line on the gateway's machine": ({ alice }) => health(alice, []),
  "a command line that is given the token": ({ bob, gateway, token }) =>
    health(bob, ["--url", gateway.url], { CLAWDIA_GATEWAY_TOKEN: token }),
  "a device that has only what the gateway gave it": ({ carol, gateway }) => health(carol, ["--url", gateway.url]),
  "a program without a key": async ({ gateway, token }) => {
    try {
      const identity = { id: "test", mode: "test", version: "1", platform: "linux" };
      const client = await Client.connect({ url: gateway.url, clock: realClock, identity, credentials: { token } });
      client.close();
      return undefined;
    } catch (error) {
      if (error instanceof ConnectError) return error.message;
      throw error;
    }
  },
};

const inState = ({ alice }: Scene, ...path: readonly string[]) => join(alice.stateDir, ...path);
const identities = (scene: Scene) => [scene.bob, scene.carol].map(({ stateDir }) => join(stateDir, "identity"));
const deviceOf = async ({ alice, carol }: Scene) => {
  const { id } = JSON.parse(carol.file("identity", "device.json")) as { id?: string; deviceId?: string };
  const { paired } = await alice.asks<{ paired: { deviceId: string }[] }>("devices", "list");
  return paired.find(({ deviceId }) => deviceId === id)?.deviceId ?? paired.at(-1)!.deviceId;
};

const gone =
  (...path: readonly string[]) =>
  async (scene: Scene) => {
    expect(existsSync(inState(scene, ...path))).toBe(true);
    await scene.gateway.stop();
    rmSync(inState(scene, ...path));
    await scene.restart();
  };

const mishaps: Readonly<Record<string, (scene: Scene) => Promise<unknown>>> = {
  "the gateway is restarted": async (scene) => {
    await scene.gateway.stop();
    await scene.restart();
  },
  "the state is an older version's": async (scene) => {
    await scene.gateway.stop();
    const sqlite = new Database(inState(scene, "clawdia.db"));
    sqlite.exec("DROP INDEX inbound_by_account; DROP INDEX outbox_by_account; PRAGMA user_version = 10");
    sqlite.close();
    await scene.restart();
  },
  "the gateway's token is gone": gone("secrets", "gateway-token"),
  "the key of the devices' tokens is gone": gone("secrets", "device-token-key"),
  "the database is gone": async (scene) => {
    await scene.gateway.stop();
    for (const end of ["", "-wal", "-shm"]) rmSync(inState(scene, `clawdia.db${end}`), { force: true });
    await scene.restart();
  },
  "the note of where the gateway is was lost": async (scene) => {
    await scene.gateway.stop();
    rmSync(inState(scene, "gateway.json"), { force: true });
    await scene.restart();
  },
  "the config's token is another one": async (scene) => {
    scene.token = "a-token-of-the-config-0123456789";
    await scene.alice.asks("config", "set", "gateway.auth.token", scene.token);
    await scene.alice.asks("config", "set", "gateway.auth.token", "another-token-of-the-config-012345");
  },
  "the device's token was changed": async (scene) =>
    scene.alice.asks("devices", "rotate", await deviceOf(scene), "--role", "operator"),
  "the device was removed": async (scene) => scene.alice.asks("devices", "remove", await deviceOf(scene), "--yes"),
  "the clients' keys are gone": (scene) => {
    for (const folder of identities(scene)) rmSync(folder, { recursive: true });
    return Promise.resolve();
  },
  "what the gateway gave them is gone": (scene) => {
    for (const folder of identities(scene)) rmSync(join(folder, "device-tokens.json"), { force: true });
    return Promise.resolve();
  },
  "what the gateway gave them is damaged": (scene) => {
    for (const folder of identities(scene)) writeFileSync(join(folder, "device-tokens.json"), '{"ws://');
    return Promise.resolve();
  },
};

/** What a person does who was told so: the command, typed on the gateway's machine. */
async function obey(told: string, scene: Scene): Promise<Readonly<Record<string, string>> | undefined> {
  const approve = /clawdia devices approve ([\w-]+)/.exec(told)?.[1];
  if (approve !== undefined) {
    await scene.alice.asks("devices", "approve", approve);
    return {};
  }
  if (!/clawdia token/.test(told)) return undefined;
  const { token } = await scene.alice.asks<{ token: string }>("token");
  scene.token = token;
  return { CLAWDIA_GATEWAY_TOKEN: token };
}

const tally = { healed: 0, oneStep: 0 };

for (const [mishap, happens] of Object.entries(mishaps)) {
  test(`R-60 ${mishap}: everybody comes in again, by themselves or after the one command they are told`, async () => {
    using alice = new Person();
    using bob = new Person();
    using carol = new Person();
    const first = await startGateway(alice);
    const scene: Scene = {
      alice,
      bob,
      carol,
      gateway: first,
      token: first.token,
      restart: async () => {
        scene.gateway = await startGateway(alice, first.port);
      },
    };
    try {
      await health(carol, ["--url", first.url], { CLAWDIA_GATEWAY_TOKEN: first.token });
      for (const [client, tries] of Object.entries(clients))
        expect([client, await tries(scene)]).toEqual([client, undefined]);
      await happens(scene);
      const known = scene.token;
      for (const [client, tries] of Object.entries(clients)) {
        scene.token = known;
        const told = await tries(scene);
        if (told === undefined) {
          tally.healed++;
          continue;
        }
        const env = await obey(told, scene);
        expect([client, told, env]).toEqual([client, told, expect.anything()]);
        const again = client.includes("has only")
          ? await health(carol, ["--url", scene.gateway.url], env)
          : await tries(scene);
        expect([client, told, again]).toEqual([client, told, undefined]);
        tally.oneStep++;
      }
    } finally {
      await scene.gateway.stop();
    }
  }, 60_000);
}

afterAll(() => {
  expect(tally.healed + tally.oneStep).toBe(Object.keys(mishaps).length * Object.keys(clients).length);
  process.stdout.write(`R-60: ${tally.healed} healed by themselves, ${tally.oneStep} after one command\n`);
});
