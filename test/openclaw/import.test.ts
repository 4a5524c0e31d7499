import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { sha256Text } from "../../src/lib/index.ts";
import { mapConfig, readTranscript, resolvedConfig, Source } from "../../src/openclaw/index.ts";
import { Keyring } from "../../src/providers/whatsapp/keyring.ts";
import { Database, LinkRecords } from "../../src/storage/index.ts";
import { Person, startGateway } from "../cli/command-house.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { makeNewerFolder, makeOpenClawFolder, oldConfig, oldKey, ownerDevice, transcript } from "./openclaw-folder.ts";

/** `clawdia import openclaw`: what is taken over, what not and why; the source stays as it is. */
const slowMs = 60_000;

interface Told {
  readonly config: string | null;
  readonly taken: readonly { readonly what: string; readonly detail: string }[];
  readonly left: readonly { readonly what: string; readonly why: string }[];
}

/** Everything in a folder: names, rights, times and contents. */
function fingerprintOf(folder: string): string {
  const names = readdirSync(folder, { recursive: true }).map(String).toSorted();
  return sha256Text(
    names
      .map((name) => {
        const { mode, mtimeMs, size } = statSync(join(folder, name));
        const isFile = statSync(join(folder, name)).isFile();
        return [name, mode, mtimeMs, size, isFile ? readFileSync(join(folder, name), "base64") : ""].join("|");
      })
      .join("\n"),
  );
}

test(
  "a folder of Clawdbot is taken over, the gateway runs on it, and the folder itself is not touched",
  async () => {
    using alice = new Person();
    const folder = await makeOpenClawFolder(alice.home);
    const before = fingerprintOf(folder);
    const tried = await alice.asks<Told>("import", "openclaw", "--dry-run");
    expect(tried.config).toBe(null);
    expect(readdirSync(alice.home)).not.toContain(".clawdia");
    const told = await alice.asks<Told>("import", "openclaw");
    expect(told.taken.map(({ what }) => what)).toEqual(tried.taken.map(({ what }) => what));
    expect(told.taken).toEqual(
      expect.arrayContaining([
        { what: "credential", detail: "telegram.main.botToken" },
        { what: "WhatsApp session", detail: "main, with 4 keys" },
        { what: "people", detail: "2 at telegram" },
        { what: "devices", detail: "1 approved, with their tokens" },
        { what: "jobs", detail: "1, paused: clawdia cron list, clawdia cron resume ID" },
        { what: "sessions", detail: "1 with 4 messages" },
        { what: "workspace", detail: `${join(folder, "workspace")}, copied` },
      ]),
    );
    expect(told.left.map(({ what }) => what)).toEqual(
      expect.arrayContaining([
        "network msteams",
        "config hooks",
        "gateway.bind auto",
        "config providers.whatsapp.accounts.main.dmPolicy",
        "job broken",
        "credentials of openai-codex",
        "the key of groq",
        "1 tool steps",
      ]),
    );
    expect(fingerprintOf(folder)).toBe(before);
    expect(alice.file("workspace", "SOUL.md")).toBe("be kind");
    expect(alice.file("secrets", "telegram.main.botToken").trim()).toStartWith("123456:");
    expect(alice.file("secrets", "models.anthropic.apiKey").trim()).toBe(oldKey);
    for (const secret of ["123456:", oldKey, "sk-local"]) expect(alice.file("clawdia.json")).not.toContain(secret);
    alice.writesConfig({ ...(JSON.parse(alice.file("clawdia.json")) as object), providers: {} });
    await using gateway = await startGateway(alice);
    const { messages } = await alice.asks<{ messages: { content: { text?: string }[] }[] }>("sessions", "show", "main");
    expect(JSON.stringify(messages)).toContain("kept words");
    expect(JSON.stringify(messages)).not.toContain("a branch that was left");
    const { paired } = await alice.asks<{ paired: { deviceId: string; roles: string[]; scopes: string[] }[] }>(
      "devices",
    );
    expect(paired.find(({ deviceId }) => deviceId === ownerDevice)).toMatchObject({
      roles: ["operator"],
      scopes: ["operator.read", "operator.write"],
    });
    const { jobs } = await alice.asks<{ jobs: object[] }>("call", "cron.list", "--params", '{"includeDisabled":true}');
    expect(jobs).toMatchObject([{ id: "j1", enabled: false, schedule: { expr: "0 7 * * *", tz: "Europe/Vienna" } }]);
    expect(await alice.types(["cron", "resume", "j1"])).toMatchObject({ code: 0 });
    expect(await alice.types(["import", "openclaw"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("a gateway runs on"),
    });
    await gateway.stop();
  },
  slowMs,
);

test(
  "a second import adds nothing twice, and a config that is there stays",
  async () => {
    using alice = new Person();
    await makeOpenClawFolder(alice.home);
    await alice.asks("import", "openclaw");
    const config = alice.file("clawdia.json");
    const again = await alice.asks<Told>("import", "openclaw");
    expect(again.taken.map(({ what }) => what)).toEqual(["config"]);
    expect(again.config).toBe(join(alice.stateDir, "clawdia.json.imported"));
    expect(alice.file("clawdia.json")).toBe(config);
  },
  slowMs,
);

test(
  "the linked phone goes on with its keys, as the library itself wrote them",
  async () => {
    using alice = new Person();
    await makeOpenClawFolder(alice.home, ".openclaw");
    await alice.asks("import", "openclaw");
    using database = new Database(join(alice.stateDir, "clawdia.db"), new FakeClock());
    const keyring = Keyring.kept(new LinkRecords(database, { provider: "whatsapp", accountId: "main" }))!;
    expect(keyring.deviceId).toBe("15550001111:7@s.whatsapp.net");
    const senderKey = "123-456@g.us::15550002222::0";
    const held = await keyring.keys.get("sender-key", [senderKey]);
    expect(Buffer.from(held[senderKey]!).toString()).toBe("sender");
    const sessions = await keyring.keys.get("session", ["15550002222.0"]);
    expect(Buffer.from(sessions["15550002222.0"]!).toString()).toBe("session");
    const preKeys = await keyring.keys.get("pre-key", ["5"]);
    expect(Buffer.from(preKeys["5"]!.private).toString()).toBe("q");
    expect(alice.file("secrets", "whatsapp.main.linkedDevice").trim()).toBe(keyring.deviceId!);
  },
  slowMs,
);

test(
  "what newer versions keep in SQLite is taken over as well, from a copy",
  async () => {
    using alice = new Person();
    const folder = makeNewerFolder(alice.home);
    const before = fingerprintOf(folder);
    const { taken, left } = await alice.asks<Told>("import", "openclaw");
    expect(left.filter(({ what }) => what.includes("job")).map(({ what, why }) => `${what}: ${why}`)).toEqual([
      "job bound: it may use only some of the tools",
      "1 jobs of OpenClaw's own: Clawdia looks after itself: clawdia heartbeat",
    ]);
    expect(JSON.parse(alice.file("clawdia.json"))).toMatchObject({
      agents: { list: [{ id: "main" }, { id: "work", name: "work" }] },
      models: { default: "anthropic/claude-opus-4-5" },
      heartbeat: { every: "1h" },
    });
    expect(taken.filter(({ what }) => what !== "config" && what !== "workspace")).toEqual([
      { what: "credential", detail: "models.anthropic.apiKey" },
      { what: "people", detail: "1 at telegram" },
      { what: "devices", detail: "1 approved, with their tokens" },
      { what: "sessions", detail: "1 with 4 messages" },
      { what: "jobs", detail: "2, paused: clawdia cron list, clawdia cron resume ID" },
    ]);
    expect(fingerprintOf(folder)).toBe(before);
    await using gateway = await startGateway(alice);
    const { jobs } = await alice.asks<{ jobs: { name: string; payload: object }[] }>("cron", "list");
    expect(jobs.find(({ name }) => name === "once")?.payload).toEqual({
      kind: "agentTurn",
      message: "happy new year",
      deliver: true,
      channel: "telegram",
      to: "42",
    });
    expect(gateway).toBeDefined();
  },
  slowMs,
);

test("a folder that is not there, or that lies in the state, is refused with what to type", async () => {
  using alice = new Person();
  expect(await alice.types(["import", "openclaw"])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("--from DIR"),
  });
  mkdirSync(join(alice.stateDir, "in"), { recursive: true });
  expect(await alice.types(["import", "openclaw", "--from", join(alice.stateDir, "in")])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("lie in each other"),
  });
}, 60_000);

/** The config of a whole folder in our words. */
async function mapped(home: string) {
  const folder = await makeOpenClawFolder(home);
  const report = { taken: [], left: [] as { what: string; why: string }[] };
  const profiles = [{ type: "api_key", provider: "anthropic", key: oldKey }];
  return { ...mapConfig(resolvedConfig(new Source(folder), {}, report), profiles, report), report };
}

test("a config is put in our words", async () => {
  using alice = new Person();
  const { written } = await mapped(alice.home);
  expect(oldConfig).toContain("written by hand");
  expect(written).toMatchObject({
    gateway: { port: 18_999, auth: { token: "old-token" } },
    agents: {
      list: [
        { id: "main", name: "Clawd", emoji: "🦞" },
        { id: "work", name: "Robo" },
      ],
    },
    models: {
      default: "anthropic/claude-opus-4-5",
      fallbacks: ["local/m"],
      aliases: { quick: "local/m" },
      vendors: {
        local: {
          kind: "openai-compatible",
          baseUrl: "http://127.0.0.1:8000/v1",
          quirks: { maxTokensField: "max_completion_tokens" },
          models: [
            { id: "m", name: "M", images: true, contextTokens: 32_000, maxOutputTokens: 2000, cost: { input: 1 } },
          ],
        },
        hosted: { kind: "anthropic" },
        lost: { kind: "openai" },
        named: { kind: "openai-compatible", apiKeyEnv: "NAMED_API_KEY" },
      },
    },
    messages: { queueMode: "steer", queueMax: 5 },
    bindings: [{ agent: "work", provider: "telegram", account: "main", peer: "-100" }],
    heartbeat: { every: "2h", target: "last" },
    session: { dmScope: "per-peer", resetMode: "daily", resetHour: 5 },
    providers: {
      telegram: {
        accounts: {
          main: {
            dmPolicy: "allowlist",
            allowFrom: ["42", "43"],
            groups: { "-100": { requireMention: false }, "*": { requireMention: true } },
            ackReaction: "🦞",
            mentionPatterns: ["clawd"],
            historyMax: 7,
            debounceMs: 500,
          },
        },
      },
      whatsapp: { accounts: { main: { allowFrom: ["+15550001111"] } } },
    },
  });
});

test("secrets come out of a config apart, and what does not fit is named", async () => {
  using alice = new Person();
  const { secrets, linked, report } = await mapped(alice.home);
  expect(secrets).toEqual({
    "models.anthropic.apiKey": oldKey,
    "models.hosted.apiKey": "sk-hosted-key-0123456789",
    "models.local.apiKey": "sk-local-key-0123456789",
    "telegram.main.botToken": "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
  });
  expect(linked).toEqual(["telegram:main"]);
  expect(report.left.map(({ what }) => what)).toEqual(
    expect.arrayContaining([
      "what LOST_KEY stands for",
      "models of pilot",
      "model groq/x",
      "messages: responsePrefix",
      "messages.queue: byChannel",
      "mention pattern claw(d|dy)",
      "binding of agent work",
    ]),
  );
});

test("each network's credentials go where its account looks for them", () => {
  const channels = { discord: { token: "discord-token" }, slack: { botToken: "xoxb-1", appToken: "xapp-1" } };
  const { secrets } = mapConfig({ channels }, [], { taken: [], left: [] });
  expect(secrets).toEqual({
    "discord.main.botToken": "discord-token",
    "slack.main.botToken": "xoxb-1",
    "slack.main.appToken": "xapp-1",
  });
});

test("a transcript is read along its last branch, with its summary, and cut at any line it is still read", () => {
  const { messages, summary, toolSteps } = readTranscript(transcript, 5);
  expect(messages.map(({ role, content }) => [role, content.length])).toEqual([
    ["user", 1],
    ["assistant", 1],
    ["user", 1],
    ["user", 2],
  ]);
  expect([summary, toolSteps]).toEqual([{ text: "they met", replaces: 2 }, 1]);
  for (let lines = 0; lines <= transcript.length; lines++) {
    expect(readTranscript(transcript.slice(0, lines), 5).messages.length).toBeLessThanOrEqual(4);
  }
  const old = [{ type: "message", message: { role: "user", content: "v1" } }, 7, null, "x"];
  expect(readTranscript(old, 5).messages).toEqual([
    { role: "user", content: [{ type: "text", text: "v1" }], timestamp: 5 },
  ]);
});
