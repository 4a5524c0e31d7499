import { type Static, Type } from "@sinclair/typebox";
import { shape } from "../protocol/index.ts";
import { CronSettings, HeartbeatSettings } from "./automation.schema.ts";
import { CanvasHostSettings } from "./canvas.schema.ts";
import { DiscoverySettings } from "./discovery.schema.ts";
import { ExternalAgents } from "./external-agents.schema.ts";
import { HooksSettings } from "./hooks.schema.ts";
import { HttpSettings } from "./http.schema.ts";
import { McpSettings } from "./mcp.schema.ts";
import { BindingSettings, MessagesSettings } from "./messages.schema.ts";
import { modelReference, ModelsSettings, thinkingLevel } from "./models.schema.ts";
import { NodeSettings } from "./node.schema.ts";
import { NodeRulesSettings } from "./nodes.schema.ts";
import { ProvidersSettings } from "./providers.schema.ts";
import { TailscaleSettings } from "./tailscale.schema.ts";
import { TlsSettings } from "./tls.schema.ts";
import { AgentToolsSettings, ToolsSettings } from "./tools.schema.ts";
import { UpdateSettings } from "./update.schema.ts";

/**
 * The whole config as one schema. Every setting has a description and a default, so an empty file is a valid config.
 * `secret: true` keeps a value out of logs and of every reply. `restart: true` marks what takes hold at a start only;
 * everything else does while the gateway runs.
 */
const { arrayOf, choice, named, nonEmpty, optional } = shape;

const AuthSettings = named(
  "AuthSettings",
  {
    token: optional(nonEmpty(4096)),
    password: optional(nonEmpty(4096)),
    allowTailscale: optional(Type.Boolean()),
  },
  {
    default: {},
    description: "Credentials that open the gateway, beside the token that is made at the first start.",
  },
);
Object.assign(AuthSettings.properties.token, { secret: true, description: "A token of your own choice." });
Object.assign(AuthSettings.properties.password, { secret: true, description: "A password, for people who type it." });
Object.assign(AuthSettings.properties.allowTailscale, {
  description:
    "With tailscale.mode serve: whom Tailscale's daemon knows needs no token, only the approval of the device. " +
    "Absent: yes, unless there is a password. Never with funnel, and never for plain HTTP.",
});

const GatewaySettings = named(
  "GatewaySettings",
  {
    port: Type.Integer({
      minimum: 0,
      maximum: 65_535,
      default: 18_789,
      description: "TCP port of the WebSocket protocol and of WebChat. 0 takes any free port.",
    }),
    bind: Type.String({
      minLength: 1,
      maxLength: 64,
      default: "loopback",
      description: "Where to listen: loopback, lan (all addresses), tailnet, or one address of this machine.",
    }),
    auth: AuthSettings,
    tls: TlsSettings,
    tailscale: TailscaleSettings,
    allowedOrigins: arrayOf(
      Type.String({ minLength: 1, maxLength: 256, description: "An origin, for instance https://chat.example.org" }),
      64,
    ),
    allowedHosts: arrayOf(
      Type.String({ minLength: 1, maxLength: 256, description: "A host name, for instance box.example.org" }),
      64,
    ),
    trustedProxies: arrayOf(Type.String({ minLength: 1, maxLength: 64, description: "An IP address" }), 64),
    http: HttpSettings,
    nodes: NodeRulesSettings,
  },
  { default: {}, description: "The socket." },
);
Object.assign(GatewaySettings.properties.allowedOrigins, {
  default: [],
  description: "Web origins, beside the gateway's own, whose pages may connect.",
});
Object.assign(GatewaySettings.properties.allowedHosts, {
  default: [],
  description: "Names in the Host header, beside loopback names and the bound addresses, that mean this gateway.",
});
Object.assign(GatewaySettings.properties.trustedProxies, {
  default: [],
  description: "Addresses of reverse proxies whose X-Forwarded-For is believed, read from right to left.",
});

const AgentSettings = named("AgentSettings", {
  id: Type.String({
    pattern: "^[a-z0-9][a-z0-9_-]{0,63}$",
    maxLength: 64,
    description: "Short name, used in session keys.",
  }),
  name: optional(Type.String({ minLength: 1, maxLength: 128, description: "What people see." })),
  emoji: optional(Type.String({ minLength: 1, maxLength: 16, description: "Shown as the avatar." })),
  avatarUrl: optional(Type.String({ minLength: 1, maxLength: 2048, description: "https or data URL of a picture." })),
  model: optional(modelReference("The model that this agent thinks with; absent: the default one.")),
  thinking: optional(thinkingLevel("How much it thinks where nobody says otherwise; absent: as the vendor does.")),
  workspace: optional(
    Type.String({
      pattern: "^(/|~/|[A-Za-z]:[\\\\/])",
      maxLength: 4096,
      description: "Folder of the agent's files: a full path, or one below ~/. Absent: a folder in the state folder.",
    }),
  ),
  tools: AgentToolsSettings,
});

const AgentsSettings = named(
  "AgentsSettings",
  {
    list: Type.Array(AgentSettings, {
      maxItems: 64,
      default: [{ id: "main", name: "Clawdia" }],
      description: "The agents; the first one is the default.",
    }),
    runTimeoutSeconds: Type.Integer({
      minimum: 1,
      maximum: 86_400,
      default: 600,
      description: "How long one run may take.",
    }),
    runsMax: Type.Integer({
      minimum: 1,
      maximum: 64,
      default: 4,
      description: "Runs at the same moment, over all sessions.",
    }),
    echoPauseMs: Type.Integer({
      minimum: 0,
      maximum: 10_000,
      default: 12,
      description: "Pause between two words of the built-in echo engine, so that streaming can be seen.",
    }),
    echoNetworks: Type.Boolean({
      default: false,
      description:
        "Without a model: answer every message of a network by echo, to try the network out. " +
        "Off: each person is told once a day that no model is connected, and groups nothing.",
    }),
  },
  { default: {}, description: "Who answers." },
);

const SessionSettings = named(
  "SessionSettings",
  {
    mainKey: Type.String({
      pattern: "^[a-z0-9][a-z0-9_-]{0,63}$",
      maxLength: 64,
      default: "main",
      restart: true,
      description: "Name of the main session of every agent.",
    }),
    scope: Type.Union([Type.Literal("per-sender"), Type.Literal("global")], {
      default: "per-sender",
      restart: true,
      description: "per-sender: one session a chat. global: one session for everything.",
    }),
    dmScope: choice(["main", "per-peer", "per-channel-peer", "per-account-channel-peer"], {
      default: "main",
      description:
        "Which session a direct chat belongs to. main: all share the agent's main session; per-peer: one a person; " +
        "per-channel-peer: one a person and network; per-account-channel-peer: and account.",
    }),
    identityLinks: Type.Record(
      Type.String({ minLength: 1, maxLength: 64 }),
      Type.Array(Type.String({ minLength: 1, maxLength: 256, description: "provider:id" }), { maxItems: 64 }),
      { default: {}, description: "People who write from several networks: a name, and their ids as provider:id." },
    ),
    resetMode: Type.Union([Type.Literal("off"), Type.Literal("daily"), Type.Literal("idle")], {
      default: "off",
      description: "When a conversation starts anew by itself: never, once a day, or after a pause.",
    }),
    resetHour: Type.Integer({
      minimum: 0,
      maximum: 23,
      default: 4,
      description: "Hour of the daily reset, by this machine's clock.",
    }),
    resetIdleMinutes: Type.Integer({
      minimum: 1,
      maximum: 525_600,
      default: 60,
      description: "The pause after which an idle conversation starts anew.",
    }),
  },
  { default: {}, description: "Conversations." },
);

const LoggingSettings = named(
  "LoggingSettings",
  {
    level: Type.Union([Type.Literal("debug"), Type.Literal("info"), Type.Literal("warn"), Type.Literal("error")], {
      default: "info",
      description: "Least level that is written.",
    }),
  },
  { default: {}, description: "Logs." },
);

const UiSettings = named(
  "UiSettings",
  {
    seamColor: optional(
      Type.String({ pattern: "^#?[0-9a-fA-F]{6}$", maxLength: 7, description: "Accent colour, hex." }),
    ),
  },
  { default: {}, description: "What apps look like." },
);

export const Config = named("Config", {
  gateway: GatewaySettings,
  agents: AgentsSettings,
  models: ModelsSettings,
  tools: ToolsSettings,
  mcp: McpSettings,
  externalAgents: ExternalAgents,
  providers: ProvidersSettings,
  bindings: Type.Array(BindingSettings, {
    maxItems: 256,
    default: [],
    description: "Which agent answers whom; without a match the default agent does.",
  }),
  messages: MessagesSettings,
  cron: CronSettings,
  heartbeat: HeartbeatSettings,
  hooks: HooksSettings,
  session: SessionSettings,
  canvasHost: CanvasHostSettings,
  discovery: DiscoverySettings,
  logging: LoggingSettings,
  ui: UiSettings,
  node: NodeSettings,
  update: UpdateSettings,
});
export type Config = Static<typeof Config>;

/** Bind words beside literal addresses. */
export const bindWords = ["loopback", "lan", "tailnet"] as const;
