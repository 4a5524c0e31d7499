import { Agents } from "../agents/index.ts";
import { type Config, type Environment, parseConfig } from "../config/index.ts";
import { addMovedJob } from "../cron/index.ts";
import { type Device, type DeviceId, Devices, DeviceTokens } from "../devices/index.ts";
import { Approvals } from "../inbox/index.ts";
import { type Clock, type Ids, joinPath, keyFingerprint, type Log, parsePublicKey, type Random } from "../lib/index.ts";
import { operatorScopes, type Role } from "../protocol/index.ts";
import {
  canonicalKey,
  MediaStore,
  type SessionKey,
  Sessions,
  type StoredBlock,
  type StoredMessage,
} from "../sessions/index.ts";
import { Choices, type Database, LinkRecords, type SecretFiles } from "../storage/index.ts";
import { accountIdOf, mapConfig, senderIdOf } from "./config-map.ts";
import { resolvedConfig } from "./references.ts";
import { newReport, type Report } from "./report.ts";
import { type Fields, fieldsOf, listOf, type Source, stringOf } from "./source.ts";
import { Stores } from "./stores.ts";
import { type PastMessage, readTranscript } from "./transcript-map.ts";
import { readPhoneSession } from "./whatsapp-keys.ts";

/** Takes over what Clawdia has a place for. What is there already stays; a second run adds only what is new. */

export interface Target {
  readonly database: Database;
  readonly secrets: SecretFiles;
  readonly mediaDir: string | undefined;
  /** Undefined for a trial that leaves nothing behind. */
  readonly stateDir: string | undefined;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly log: Log;
}

export interface TakenOver {
  readonly report: Report;
  /** The config to write, as JSON. */
  readonly configText: string;
}

export async function takeOver(source: Source, target: Target): Promise<TakenOver> {
  const report = newReport();
  using stores = new Stores(source);
  const { written, secrets, linked } = mapConfig(
    resolvedConfig(source, target.environment, report),
    stores.modelKeys(),
    report,
  );
  const placed = takeWorkspaces(source, { written, target, report });
  const configText = `${JSON.stringify(placed, undefined, 2)}\n`;
  const { config } = parseConfig(configText);
  const where = source.configFile;
  if (where === undefined) report.left.push({ what: "the config", why: "there is none in the folder" });
  else report.taken.push({ what: "config", detail: where });
  const accounts = [...linked];
  for (const [name, value] of Object.entries(secrets)) {
    if (target.secrets.get(name) !== undefined) continue;
    target.secrets.set(name, value);
    report.taken.push({ what: "credential", detail: name });
  }
  await takePhones(source, { target, report, accounts });
  await linkAccounts(target, accounts);
  takePeople(stores, target, report);
  takeDevices(stores, target, report);
  await takeSessions(stores, { target, report, config });
  takeJobs(stores, target, report);
  sayWhatIsLeft(source, report);
  return { report, configText };
}

interface Workspaces {
  readonly written: Fields;
  readonly target: Target;
  readonly report: Report;
}

/** Agents' files in OpenClaw's own folder are copied, because agents write there; others are used where they are. */
function takeWorkspaces(source: Source, { written, target: { stateDir }, report }: Workspaces): Fields {
  const agents = fieldsOf(written["agents"]);
  const list = listOf(agents["list"]).map(fieldsOf);
  const placed = list.map((agent, at) => {
    const { workspace, ...rest } = agent;
    const inside =
      source.within(stringOf(workspace)) ?? (at === 0 ? source.within(source.path("workspace")) : undefined);
    if (inside === undefined) {
      if (workspace !== undefined)
        report.taken.push({ what: "workspace", detail: `${stringOf(workspace) ?? ""}, where it is` });
      return agent;
    }
    const name = at === 0 ? "workspace" : `workspace-${String(agent["id"])}`;
    if (stateDir !== undefined && !source.copy(inside, joinPath(stateDir, name)))
      report.left.push({ what: `workspace ${inside}`, why: `there is a ${name} in the state already` });
    else report.taken.push({ what: "workspace", detail: `${inside}, copied` });
    return rest;
  });
  return { ...written, agents: { ...agents, list: placed } };
}

interface Phones {
  readonly target: Target;
  readonly report: Report;
  readonly accounts: string[];
}

async function takePhones(source: Source, { target, report, accounts }: Phones): Promise<void> {
  const folders = source
    .names("credentials", "whatsapp")
    .map((name): [string, string[]] => [accountIdOf(name), ["credentials", "whatsapp", name]]);
  // The first versions kept the only account one level higher.
  for (const [accountId, folder] of [...folders, ["main", ["credentials"]] as [string, string[]]]) {
    const found = readPhoneSession(source, folder);
    if (!found) continue;
    const name = `whatsapp.${accountId}.linkedDevice`;
    if (target.secrets.get(name) !== undefined) continue;
    await new LinkRecords(target.database, { provider: "whatsapp", accountId }).write(found.records);
    target.secrets.set(name, found.device);
    accounts.push(`whatsapp:${accountId}`);
    report.taken.push({ what: "WhatsApp session", detail: `${accountId}, with ${found.records.length - 1} keys` });
    report.left.push({
      what: "the phone's other session",
      why: "both gateways would be the same linked device: never start OpenClaw's WhatsApp again",
    });
  }
}

async function linkAccounts({ database, clock }: Target, accounts: readonly string[]): Promise<void> {
  const choices = new Choices(database, clock);
  const before = (choices.get("providers.linked") ?? "").split(" ").filter((entry) => entry !== "");
  const all = [...new Set([...before, ...accounts])];
  if (all.length > before.length) await choices.set("providers.linked", all.join(" "));
}

/** Those whom the owner let in by a code. */
function takePeople(stores: Stores, { database, clock, random }: Target, report: Report): void {
  const approvals = new Approvals(database, clock, random);
  for (const { channel, account, ids } of stores.people()) {
    const accountId = accountIdOf(account);
    const people = ids
      .map(senderIdOf)
      .filter((id) => id !== "" && id !== "*" && !approvals.find(channel, accountId, id));
    database.transaction(() => {
      for (const senderId of people) {
        approvals.approve({ provider: channel, accountId, senderId, senderName: undefined }, false, "import");
      }
    });
    if (people.length > 0) report.taken.push({ what: "people", detail: `${people.length} at ${channel}` });
  }
}

function takeDevices(stores: Stores, target: Target, report: Report): void {
  const { database, clock, ids, log } = target;
  const tokens = new DeviceTokens(new Uint8Array(32));
  const live = { closeDevice: () => undefined };
  const devices = new Devices({ database, tokens, clock, ids, log, publish: () => undefined, live });
  let taken = 0;
  for (const device of stores.devices()) {
    const found = deviceOf(device);
    if (!found || devices.find(found.deviceId)) continue;
    for (const role of found.roles) devices.takeOver({ ...found, role }, tokenOf(device, role));
    taken++;
  }
  if (taken === 0) return;
  report.taken.push({ what: "devices", detail: `${taken} approved, with their tokens` });
}

function tokenOf(device: Fields, role: Role): string | undefined {
  return stringOf(fieldsOf(fieldsOf(device["tokens"])[role])["token"]);
}

function deviceOf(device: Fields) {
  const publicKey = stringOf(device["publicKey"]);
  const raw = publicKey === undefined ? undefined : parsePublicKey(publicKey);
  if (publicKey === undefined || !raw || keyFingerprint(raw) !== device["deviceId"]) return undefined;
  const tokens = fieldsOf(device["tokens"]);
  const isRevoked = (role: unknown) => fieldsOf(tokens[String(role)])["revokedAtMs"] !== undefined;
  const roles = [...new Set([device["role"], ...listOf(device["roles"])])].filter(
    (role): role is Role => (role === "operator" || role === "node") && !isRevoked(role),
  );
  const asked = listOf(device["scopes"]);
  const scopes = operatorScopes.filter((scope) => asked.includes(scope));
  const description: Device["description"] = {
    displayName: stringOf(device["displayName"]),
    platform: stringOf(device["platform"]),
    deviceFamily: stringOf(device["deviceFamily"]),
    clientId: stringOf(device["clientId"]),
    clientMode: stringOf(device["clientMode"]),
    remoteIp: stringOf(device["remoteIp"]),
  };
  return { deviceId: keyFingerprint(raw) as DeviceId, publicKey, roles, scopes, description };
}

interface SessionsTaking {
  readonly target: Target;
  readonly report: Report;
  readonly config: Config;
}

async function takeSessions(stores: Stores, { target, report, config }: SessionsTaking): Promise<void> {
  const agents = new Agents(config);
  const names = { ...config.session, defaultAgentId: agents.default.id };
  const media = new MediaStore(target.mediaDir);
  const models = { resolve: () => undefined };
  const sessions = new Sessions({ ...target, media, names, agents, models });
  const counts = { sessions: 0, messages: 0, toolSteps: 0, known: 0 };
  for (const { key: written, lines } of stores.conversations()) {
    const past = readTranscript(lines, target.clock.nowMs());
    const key = past.messages.length === 0 ? undefined : keyOf(written, names, report);
    if (key === undefined) continue;
    if (sessions.find(key)) {
      counts.known++;
      continue;
    }
    const messages: StoredMessage[] = [];
    for (const message of past.messages) messages.push(await kept(message, media));
    target.database.transaction(() => {
      const session = sessions.ensure(key);
      const ids = messages.map((message) => sessions.transcript.append(session, message));
      if (past.summary) sessions.summarise(key, ids.slice(0, past.summary.replaces), past.summary.text);
    });
    counts.sessions++;
    counts.messages += messages.length;
    counts.toolSteps += past.toolSteps;
  }
  if (counts.sessions > 0)
    report.taken.push({ what: "sessions", detail: `${counts.sessions} with ${counts.messages} messages` });
  if (counts.toolSteps > 0)
    report.left.push({ what: `${counts.toolSteps} tool steps`, why: "only what was said is taken over" });
  if (counts.known > 0) report.left.push({ what: `${counts.known} sessions`, why: "they are here already" });
}

function keyOf(written: string, names: Parameters<typeof canonicalKey>[1], report: Report): SessionKey | undefined {
  try {
    return canonicalKey(written, names);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    report.left.push({ what: `session ${written.slice(0, 64)}`, why });
    return undefined;
  }
}

async function kept(message: PastMessage, media: MediaStore) {
  const content: StoredBlock[] = [];
  for (const block of message.content) {
    if (block.type !== "image") content.push(block);
    else {
      const bytes = new Uint8Array(Buffer.from(block.data, "base64"));
      const sha256 = await media.putAsync(bytes);
      content.push({ type: "image", sha256, mimeType: block.mimeType, bytes: bytes.length });
    }
  }
  return { ...message, content };
}

/** Scheduled jobs come paused: what runs by itself, somebody here approved. */
function takeJobs(stores: Stores, { database, clock }: Target, report: Report): void {
  let added = 0;
  let own = 0;
  for (const job of stores.jobs()) {
    if (job["declarationKey"] !== undefined) {
      own++;
      continue;
    }
    const moved = addMovedJob(database, job, clock.nowMs());
    if (moved === "added") added++;
    if (typeof moved === "object") {
      const name = stringOf(job["name"]) ?? stringOf(job["id"]) ?? "without a name";
      report.left.push({ what: `job ${name}`, why: moved.why });
    }
  }
  if (own > 0)
    report.left.push({ what: `${own} jobs of OpenClaw's own`, why: "Clawdia looks after itself: clawdia heartbeat" });
  if (added > 0)
    report.taken.push({ what: "jobs", detail: `${added}, paused: clawdia cron list, clawdia cron resume ID` });
}

/** What lies in the folder and was not looked at above. */
function sayWhatIsLeft(source: Source, report: Report): void {
  if (source.has("exec-approvals.json"))
    report.left.push({ what: "allowed commands", why: "you allow them anew when the agent first asks" });
  if (source.has("nodes")) report.left.push({ what: "old node pairings", why: "nodes are approved as devices" });
}
