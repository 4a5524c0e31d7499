import { defaultConfig, parseConfig } from "../config/index.ts";
import { accountDefaults, leaveOthers, mapBindings, mapHeartbeat, mapMessages } from "./messages-map.ts";
import { defaultsOf, type KeyProfile, mapModels, modelOf } from "./models-map.ts";
import type { Report } from "./report.ts";
import { type Fields, fieldsOf, listOf, present, stringOf } from "./source.ts";

/** OpenClaw's config in Clawdia's words. Pure; credentials come out apart, because they do not go into the file. */

export interface MappedConfig {
  /** As it is to be written: valid, and without what stays at its default. */
  readonly written: Fields;
  /** Names of secret files and their contents. */
  readonly secrets: Readonly<Record<string, string>>;
  /** `telegram:main`: accounts whose credentials were found. */
  readonly linked: readonly string[];
}

type Loose = Record<string, unknown>;

const binds = ["loopback", "lan", "tailnet"];
/** Their name of a credential, and ours. */
const secretFields: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  telegram: { botToken: "botToken" },
  slack: { botToken: "botToken", appToken: "appToken", signingSecret: "signingSecret" },
  discord: { token: "botToken" },
};
const understood = new Set(
  "gateway agents agent session channels models messages bindings cron meta wizard logging auth discovery".split(" "),
);
/** Parts that people will miss, and what to do about it. */
const advice: Readonly<Record<string, string>> = {
  hooks: "give them a token of their own: clawdia config edit",
  tools: "set what the agent may do anew: clawdia config edit",
  env: "put the variables into service.env of the state folder",
  commands: "the commands in chats are always there",
  plugins: "there are no plugins",
};
const noSetting = "Clawdia has no setting of that kind, or another one";

export function mapConfig(config: Fields, profiles: readonly KeyProfile[], report: Report): MappedConfig {
  const models = mapModels(config, profiles, report);
  const secrets: Record<string, string> = { ...models.secrets };
  const linked: string[] = [];
  const candidate: Loose = {
    gateway: mapGateway(fieldsOf(config["gateway"]), report),
    agents: mapAgents(config, report),
    session: mapSession(fieldsOf(config["session"])),
    models: models.settings,
    messages: mapMessages(fieldsOf(config["messages"]), report),
    bindings: mapBindings(config["bindings"], accountIdOf, report),
    heartbeat: mapHeartbeat(fieldsOf(defaultsOf(config)["heartbeat"]), agentsOf(config), report),
    cron: present({ enabled: fieldsOf(config["cron"])["enabled"] }),
    discovery: mapDiscovery(fieldsOf(config["discovery"]), report),
    providers: mapChannels(config, { secrets, linked, report }),
  };
  for (const name of Object.keys(config)) {
    if (!understood.has(name) && !(name in knownChannels())) {
      report.left.push({ what: `config ${name}`, why: advice[name] ?? noSetting });
    }
  }
  return { written: usable(candidate, report), secrets, linked };
}

const knownChannels = (): Fields => defaultConfig().providers;

function mapGateway(gateway: Fields, report: Report): Loose {
  const auth = fieldsOf(gateway["auth"]);
  const bind = stringOf(gateway["bind"]);
  if (bind !== undefined && !binds.includes(bind)) {
    report.left.push({
      what: `gateway.bind ${bind}`,
      why: "loopback is used: set loopback, lan, tailnet or an address",
    });
  }
  return present({
    port: gateway["port"],
    bind: bind !== undefined && binds.includes(bind) ? bind : undefined,
    auth: present({
      token: stringOf(auth["token"]),
      password: stringOf(auth["password"]),
      allowTailscale: auth["allowTailscale"],
    }),
    tailscale: mapTailscale(gateway, report),
    trustedProxies: gateway["trustedProxies"],
    allowedOrigins: fieldsOf(gateway["controlUi"])["allowedOrigins"],
  });
}

/** Whoever wants their gateway to be silent in the network wants it of this one as well. */
function mapDiscovery(discovery: Fields, report: Report): Loose | undefined {
  leaveOthers("config discovery", discovery, ["mdns"], report);
  const { mode } = fieldsOf(discovery["mdns"]);
  return mode === undefined ? undefined : { mdns: { mode } };
}

/** What opens the gateway to the internet is not taken over in passing. */
function mapTailscale(gateway: Fields, report: Report): Loose | undefined {
  const { mode, resetOnExit } = fieldsOf(gateway["tailscale"]);
  const isWide = ["lan", "tailnet"].includes(stringOf(gateway["bind"]) ?? "");
  if (mode === "serve" && !isWide) return present({ mode, resetOnExit });
  if (mode === "funnel" || mode === "serve") {
    const why = `it opens the gateway: clawdia config set gateway.tailscale.mode ${mode}, if that is meant`;
    report.left.push({ what: `gateway.tailscale.mode ${mode}`, why });
  }
  return undefined;
}

const agentFields = "id default name identity model workspace heartbeat agentDir".split(" ");

/** As they stand in a list, or by their ids; the one that answers by default first. */
function agentsOf(config: Fields): readonly Fields[] {
  const agents = fieldsOf(config["agents"]);
  const named = Object.entries(fieldsOf(agents["entries"])).map(([id, agent]) => ({ id, ...fieldsOf(agent) }));
  const listed: readonly Fields[] = [...listOf(agents["list"]).map(fieldsOf), ...named];
  const first = listed.findIndex((agent) => agent["default"] === true);
  const ordered = first > 0 ? [listed[first]!, ...listed.filter((_agent, at) => at !== first)] : listed;
  return ordered.length > 0 ? ordered : [{ id: "main" }];
}

function mapAgents(config: Fields, report: Report): Loose {
  const defaults = defaultsOf(config);
  const made = agentsOf(config).map((agent, at) => {
    const identity = fieldsOf(agent["identity"]);
    leaveOthers(`agent ${String(agent["id"])}`, agent, agentFields, report);
    return present({
      id: stringOf(agent["id"])?.toLowerCase(),
      name: stringOf(agent["name"]) ?? stringOf(identity["name"]),
      emoji: stringOf(identity["emoji"]),
      model: modelOf(agent["model"]),
      workspace: stringOf(agent["workspace"]) ?? (at === 0 ? stringOf(defaults["workspace"]) : undefined),
    });
  });
  return present({ list: made, runTimeoutSeconds: defaults["timeoutSeconds"] });
}

function mapSession(session: Fields): Loose {
  const reset = fieldsOf(session["reset"]);
  return present({
    mainKey: session["mainKey"],
    scope: session["scope"],
    dmScope: session["dmScope"],
    identityLinks: session["identityLinks"],
    resetMode: reset["mode"],
    resetHour: reset["atHour"],
    resetIdleMinutes: reset["idleMinutes"] ?? session["idleMinutes"],
  });
}

interface Found {
  readonly secrets: Record<string, string>;
  readonly linked: string[];
  readonly report: Report;
}

function mapChannels(config: Fields, found: Found): Loose {
  const made: Loose = {};
  const messages = fieldsOf(config["messages"]);
  const channels = { ...pick(config, Object.keys(knownChannels())), ...fieldsOf(config["channels"]) };
  for (const [name, value] of Object.entries(channels)) {
    if (name === "defaults") continue;
    if (!(name in knownChannels())) {
      found.report.left.push({ what: `network ${name}`, why: "Clawdia does not speak it" });
      continue;
    }
    const { accounts: nested, ...base } = fieldsOf(value);
    const accounts: Loose = {};
    const ofAll = accountDefaults(name, messages, found.report);
    const named = Object.entries(fieldsOf(nested));
    for (const [id, own] of named.length > 0 ? named : [["default", {}] as const]) {
      const accountId = accountIdOf(id);
      accounts[accountId] = { ...ofAll, ...mapAccount(name, accountId, { ...base, ...fieldsOf(own) }, found) };
    }
    made[name] = present({ enabled: base["enabled"], accounts });
  }
  return made;
}

/** OpenClaw's unnamed account is `default`, ours is `main`. */
export function accountIdOf(id: string): string {
  return id === "default" ? "main" : id.toLowerCase();
}

const accountFields = (
  "enabled name dmPolicy dm allowFrom groupPolicy groupAllowFrom groups channels replyToMode historyLimit " +
  "mediaMaxMb streamMode sendReadReceipts debounceMs ackReaction"
).split(" ");

function mapAccount(network: string, id: string, account: Fields, { secrets, linked, report }: Found): Loose {
  const named = secretFields[network] ?? {};
  for (const [field, ours] of Object.entries(named)) {
    const value = stringOf(account[field]);
    if (value === undefined) continue;
    secrets[`${network}.${id}.${ours}`] = value;
    if (!linked.includes(`${network}:${id}`)) linked.push(`${network}:${id}`);
  }
  leaveOthers(`${network} ${id}`, account, [...accountFields, ...Object.keys(named)], report);
  const dm = fieldsOf(account["dm"]);
  const groups = account["groups"] ?? account["channels"];
  const megabytes = account["mediaMaxMb"];
  return present({
    enabled: account["enabled"],
    name: stringOf(account["name"]),
    dmPolicy: account["dmPolicy"] ?? dm["policy"],
    allowFrom: idsOf(account["allowFrom"] ?? dm["allowFrom"]),
    groupPolicy: account["groupPolicy"],
    groupAllowFrom: idsOf(account["groupAllowFrom"]),
    groups: groups === undefined ? undefined : mapGroups(fieldsOf(groups)),
    replyToMode: account["replyToMode"],
    historyMax: account["historyLimit"],
    mediaBytesMax: typeof megabytes === "number" ? Math.round(megabytes * 1_000_000) : undefined,
    streaming: account["streamMode"] === "off" ? "off" : undefined,
    readReceipts: account["sendReadReceipts"],
    debounceMs: account["debounceMs"] || undefined,
    ackReaction: stringOf(account["ackReaction"]) ?? stringOf(fieldsOf(account["ackReaction"])["emoji"]),
  });
}

function mapGroups(groups: Fields): Loose {
  return Object.fromEntries(
    Object.entries(groups).map(([id, value]) => {
      const group = fieldsOf(value);
      const enabled = group["enabled"] ?? group["allow"];
      const allowFrom = idsOf(group["allowFrom"] ?? group["users"]);
      return [senderIdOf(id), present({ enabled, requireMention: group["requireMention"], allowFrom })];
    }),
  );
}

/** Numbers are ids too; the network's name in front of an id says nothing new. */
export function senderIdOf(id: unknown): string {
  return String(id)
    .trim()
    .replace(/^(telegram|tg|slack|discord|signal|imessage|whatsapp|user|channel):/i, "");
}

function idsOf(ids: unknown): string[] | undefined {
  if (!Array.isArray(ids)) return undefined;
  return ids.map(senderIdOf).filter((id) => id !== "");
}

const cutsMax = 200;

/** Takes out, one by one, what our schema does not accept, and says so. */
function usable(candidate: Loose, report: Report): Fields {
  for (let cut = 0; cut < cutsMax; cut++) {
    const { issues } = parseConfig(JSON.stringify(candidate));
    const [issue] = issues;
    if (!issue) return candidate;
    if (!removeAt(candidate, issue.path.split("."))) break;
    report.left.push({ what: `config ${issue.path}`, why: issue.message });
  }
  report.left.push({ what: "the config", why: "it cannot be made valid: write a new one" });
  return {};
}

/** Removes the deepest part of the path that was given. */
function removeAt(root: Loose, path: readonly string[]): boolean {
  let at: unknown = root;
  let holder: Loose | undefined;
  let key = "";
  for (const part of path) {
    if (typeof at !== "object" || at === null || !(part in at)) break;
    [holder, key] = [at as Loose, part];
    at = holder[part];
  }
  if (!holder) return false;
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
  return true;
}

function pick(from: Fields, names: readonly string[]): Loose {
  return Object.fromEntries(names.flatMap((name) => (name in from ? [[name, from[name]]] : [])));
}
