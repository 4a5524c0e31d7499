import { initAuthCreds, useMultiFileAuthState } from "@whiskeysockets/baileys";
import { Database } from "bun:sqlite";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { keyFingerprint, makeKeyPair, parsePublicKey } from "../../src/lib/index.ts";

/** A state folder as clawdbot 2026.1.24 writes it; the phone's keys are written by the library that it uses. */

export const owner = makeKeyPair();
export const ownerDevice = keyFingerprint(parsePublicKey(owner.publicKey)!);
export const png = Buffer.from("89504e470d0a1a0a", "hex").toString("base64");

const line = (id: string, parentId: string | null, message: object) => ({
  type: "message",
  id,
  parentId,
  timestamp: "2026-01-20T10:00:00.000Z",
  message,
});

export const oldKey = "sk-ant-old-key-0123456789";

export const transcript: readonly object[] = [
  { type: "session", version: 3, id: "s1", timestamp: "2026-01-20T10:00:00.000Z", cwd: "/home/a" },
  line("m1", null, {
    role: "user",
    content: [{ type: "text", text: "an old question" }],
    timestamp: 1_700_000_000_000,
  }),
  line("m2", "m1", { role: "assistant", content: [{ type: "text", text: "a branch that was left" }], timestamp: 2 }),
  line("m3", "m1", {
    role: "assistant",
    content: [
      { type: "thinking", thinking: "hm" },
      { type: "toolCall", id: "t", name: "exec", arguments: {} },
    ],
    model: "claude-opus-4-5",
    provider: "anthropic",
    timestamp: 1_700_000_001_000,
  }),
  line("m4", "m3", { role: "toolResult", toolCallId: "t", content: [{ type: "text", text: "out" }] }),
  line("m5", "m4", { role: "user", content: "kept words", timestamp: 1_700_000_002_000 }),
  { type: "compaction", id: "c1", parentId: "m5", timestamp: "x", summary: "they met", firstKeptEntryId: "m5" },
  line("m6", "c1", {
    role: "user",
    content: [
      { type: "text", text: "look" },
      { type: "image", data: png, mimeType: "image/png" },
    ],
    timestamp: 1_700_000_003_000,
  }),
];

export const oldConfig = `{
  // written by hand
  gateway: { port: 18999, bind: "auto", auth: { mode: "token", token: "old-token" }, controlUi: { enabled: true } },
  agents: {
    defaults: { workspace: "~/.clawdbot/workspace",
      model: { primary: "anthropic/claude-opus-4-5", fallbacks: ["Local/m", "groq/x"] },
      models: { "Local/m": { alias: "Quick" } }, heartbeat: { every: "2h", target: "last" } },
    list: [
      { id: "work", identity: { name: "Robo" } },
      { id: "main", default: true, identity: { name: "Clawd", emoji: "🦞" } },
    ],
  },
  session: { dmScope: "per-peer", reset: { mode: "daily", atHour: 5 } },
  channels: {
    telegram: {
      botToken: "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
      dmPolicy: "allowlist",
      allowFrom: [42, "tg:43"],
      groups: { "-100": { requireMention: false }, "*": { requireMention: true } },
      streamMode: "partial",
    },
    whatsapp: { dmPolicy: "nonsense", allowFrom: ["+15550001111"] },
    msteams: { enabled: true },
  },
  hooks: { enabled: true, token: "x" },
  models: {
    providers: {
      Local: {
        baseUrl: "http://127.0.0.1:8000/v1",
        apiKey: "sk-local-key-0123456789",
        api: "openai-completions",
        models: [
          {
            id: "m", name: "M", input: ["text", "image"], contextWindow: 32000, maxTokens: 2000, reasoning: false,
            cost: { input: 1, output: 2 }, compat: { maxTokensField: "max_completion_tokens" },
          },
        ],
      },
      hosted: { baseUrl: "https://models.example/v1", apiKey: "\${HOSTED_KEY}", api: "anthropic-messages", models: [] },
      lost: { baseUrl: "https://lost.example/v1", apiKey: "\${LOST_KEY}", api: "openai-responses", models: [] },
      named: { baseUrl: "https://named.example/v1", apiKey: "NAMED_API_KEY", models: [] },
      pilot: { baseUrl: "https://pilot.example", api: "github-copilot", models: [] },
    },
  },
  messages: {
    ackReaction: "🦞",
    responsePrefix: "[bot]",
    queue: { mode: "steer-backlog", cap: 5, byChannel: { slack: "collect" } },
    groupChat: { mentionPatterns: ["@?clawd\\\\b", "claw(d|dy)"], historyLimit: 7 },
    inbound: { debounceMs: 500 },
  },
  bindings: [
    { agentId: "work", match: { channel: "telegram", accountId: "default", peer: { kind: "group", id: "-100" } } },
    { agentId: "work", match: { channel: "discord", guildId: "9" } },
  ],
}`;

/** As `openclaw agents add` and `openclaw models auth` leave it. */
const newerConfig = `{
  gateway: { port: 18789 },
  auth: { profiles: { "anthropic:manual": { provider: "anthropic", mode: "api_key" } } },
  agents: {
    defaults: { model: { primary: "anthropic/claude-opus-4-5" }, heartbeat: { every: "1h" } },
    ownership: "explicit",
    entries: { main: {}, work: { name: "work", identity: { name: "Robo" } } },
  },
}`;

/** As openclaw 2026.9.6 keeps it: tables, of which these are the columns that matter. */
export function makeNewerFolder(home: string): string {
  const folder = join(home, ".openclaw");
  for (const name of ["state", "agents/main/agent"]) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, "openclaw.json"), newerConfig);
  using shared = new Database(join(folder, "state/openclaw.sqlite"));
  shared.exec(`PRAGMA journal_mode = WAL;
    CREATE TABLE device_pairing_paired (device_id TEXT PRIMARY KEY, public_key TEXT, display_name TEXT,
      operator_label TEXT, platform TEXT, device_family TEXT, client_id TEXT, client_mode TEXT, role TEXT,
      roles_json TEXT, scopes_json TEXT, approved_scopes_json TEXT, tokens_json TEXT);
    CREATE TABLE channel_pairing_allow_entries (channel_key TEXT, account_id TEXT, entry TEXT, sort_order INTEGER);
    CREATE TABLE config_machine_state (state_key TEXT PRIMARY KEY, value_json TEXT, updated_at_ms INTEGER);
    CREATE TABLE cron_jobs (store_key TEXT, job_id TEXT, job_json TEXT, sort_order INTEGER)`);
  const keys = {
    version: 1,
    profiles: { "anthropic:manual": { type: "api_key", provider: "anthropic", key: oldKey } },
  };
  shared.query("INSERT INTO config_machine_state VALUES ('authProfiles.store', ?, 1)").run(JSON.stringify(keys));
  shared
    .query("INSERT INTO device_pairing_paired (device_id, public_key, roles_json, scopes_json) VALUES (?, ?, ?, ?)")
    .run(ownerDevice, owner.publicKey, '["operator"]', '["operator.read"]');
  shared.exec("INSERT INTO channel_pairing_allow_entries VALUES ('telegram', 'default', '77', 0)");
  const job = { name: "morning", schedule: { kind: "every", everyMs: 60_000 }, sessionTarget: "main" };
  const whole = { ...job, wakeMode: "now", payload: { kind: "systemEvent", text: "up" } };
  const addJob = shared.query("INSERT INTO cron_jobs VALUES ('s', ?, ?, 0)");
  addJob.run("j1", JSON.stringify(whole));
  const at = { kind: "at", at: "2027-01-01T10:00:00.000Z" };
  const turn = { kind: "agentTurn", message: "happy new year", toolsAllow: ["*"], lightContext: true };
  const apart = { schedule: at, sessionTarget: "isolated", wakeMode: "now" };
  const told = { mode: "announce", channel: "telegram", to: "42" };
  addJob.run("j2", JSON.stringify({ ...apart, name: "once", payload: turn, delivery: told, deleteAfterRun: true }));
  addJob.run("j3", JSON.stringify({ ...apart, name: "bound", payload: { ...turn, toolsAllow: ["read"] } }));
  addJob.run("j4", JSON.stringify({ ...apart, name: "heartbeat-main", declarationKey: "heartbeat:main" }));
  using agent = new Database(join(folder, "agents/main/agent/openclaw-agent.sqlite"));
  agent.exec(`CREATE TABLE session_nodes (session_key TEXT PRIMARY KEY, current_session_id TEXT);
    CREATE TABLE transcript_events (session_id TEXT, seq INTEGER, event_json TEXT, event_zstd BLOB);
    INSERT INTO session_nodes VALUES ('agent:main:main', 's1')`);
  const insert = agent.query("INSERT INTO transcript_events VALUES ('s1', ?, ?, ?)");
  for (const [seq, event] of transcript.entries()) {
    const text = JSON.stringify(event);
    // The longer ones are packed.
    insert.run(seq, seq % 2 === 0 ? text : null, seq % 2 === 0 ? null : Bun.zstdCompressSync(text));
  }
  return folder;
}

export async function makeOpenClawFolder(home: string, name = ".clawdbot"): Promise<string> {
  const folder = join(home, name);
  const write = (path: string, content: string | object) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === "string" ? content : JSON.stringify(content, undefined, 2));
  };
  write("clawdbot.json", oldConfig);
  write("workspace/SOUL.md", "be kind");
  write("devices/paired.json", {
    [ownerDevice]: {
      deviceId: ownerDevice,
      publicKey: owner.publicKey,
      displayName: "Alice's phone",
      platform: "ios",
      role: "operator",
      roles: ["operator", "node"],
      scopes: ["operator.read", "operator.write", "operator.nonsense"],
      tokens: { node: { token: "n", role: "node", scopes: [], createdAtMs: 1, revokedAtMs: 2 } },
      createdAtMs: 1,
      approvedAtMs: 1,
    },
    forged: { deviceId: "forged", publicKey: owner.publicKey, roles: ["operator"] },
  });
  write("credentials/telegram-allowFrom.json", { version: 1, allowFrom: ["77", "*", "telegram:78"] });
  write("credentials/telegram-pairing.json", { version: 1, requests: [] });
  write("cron/jobs.json", {
    version: 1,
    jobs: [
      {
        id: "j1",
        name: "morning",
        enabled: true,
        createdAtMs: 1,
        updatedAtMs: 1,
        schedule: { kind: "cron", expr: "0 7 * * *", tz: "Europe/Vienna" },
        sessionTarget: "isolated",
        wakeMode: "now",
        payload: { kind: "agentTurn", message: "Good morning", deliver: true, channel: "telegram", to: "42" },
        isolation: { postToMainPrefix: "Cron" },
        state: { nextRunAtMs: 2 },
      },
      { id: "j2", name: "broken", schedule: { kind: "never" } },
    ],
  });
  write("agents/main/sessions/sessions.json", {
    "agent:main:main": { sessionId: "s1", updatedAt: 1_700_000_003_000 },
    "agent:main:telegram:group:-100": { sessionId: "gone", updatedAt: 1 },
    "agent:main:../../evil": { sessionId: "s1", updatedAt: 1 },
    "agent:main:outside": { sessionId: "../../../clawdbot", updatedAt: 1 },
  });
  write("agents/main/sessions/s1.jsonl", `${transcript.map((one) => JSON.stringify(one)).join("\n")}\n{"cut`);
  write("agents/main/agent/auth-profiles.json", authProfiles);
  write(".env", "# hosted\nHOSTED_KEY=sk-hosted-key-0123456789\n");
  await linkPhone(join(folder, "credentials/whatsapp/default"));
  return folder;
}

async function linkPhone(folder: string): Promise<void> {
  const { state, saveCreds } = await useMultiFileAuthState(folder);
  Object.assign(state.creds, initAuthCreds(), {
    me: { id: "15550001111:7@s.whatsapp.net", name: "Alice" },
    account: { details: Buffer.from("d") },
  });
  await saveCreds();
  const senderKey = "123-456@g.us::15550002222::0";
  await state.keys.set({
    "pre-key": { "5": { public: Buffer.from("p"), private: Buffer.from("q") } },
    "sender-key": { [senderKey]: Buffer.from("sender") },
    session: { "15550002222.0": Buffer.from("session") },
    "lid-mapping": { "9_reverse": "15550002222" },
  });
}

const profileOf = (name: string, fields: object) => ({ [`${name}:default`]: { provider: name, ...fields } });
const authProfiles = {
  version: 1,
  profiles: {
    ...profileOf("anthropic", { type: "api_key", key: oldKey }),
    ...profileOf("openai-codex", { type: "oauth", access: "a", refresh: "r", expires: 1 }),
    ...profileOf("groq", { type: "api_key", key: "gsk-0123456789" }),
  },
};
