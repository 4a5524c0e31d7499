import { type Static, Type } from "@sinclair/typebox";
import { shape } from "../protocol/index.ts";
import { modelReference } from "./models.schema.ts";

/** What the gateway does by itself: scheduled jobs, and looking after things now and then. */
const { named, nonEmpty, optional } = shape;

const zone = (description: string) => optional(Type.String({ minLength: 1, maxLength: 64, description }));

export const CronSettings = named(
  "CronSettings",
  {
    enabled: Type.Boolean({ default: true, description: "Whether scheduled jobs run by themselves." }),
    timeZone: zone("Zone of cron expressions that name none, e.g. Europe/Berlin; absent: this machine's."),
    misfireMinutes: Type.Integer({
      minimum: 1,
      maximum: 10_080,
      default: 360,
      description: "A job's time that passed while the gateway was away is made up for up to this age.",
    }),
  },
  { default: {}, description: "Scheduled jobs." },
);
export type CronSettings = Static<typeof CronSettings>;

const timeOfDay = (description: string) =>
  Type.String({ pattern: "^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$", maxLength: 5, description });

const ActiveHours = named(
  "HeartbeatActiveHours",
  {
    start: timeOfDay("First minute, HH:MM."),
    end: timeOfDay("The minute after the last one, HH:MM or 24:00. Before the start: over midnight."),
    timeZone: zone("By whose clock, e.g. Europe/Berlin; absent: this machine's."),
  },
  { description: "Outside of these hours there is no heartbeat." },
);

const Visibility = named(
  "HeartbeatVisibility",
  {
    showOk: Type.Boolean({ default: false, description: "Also tell the chat that all is well." }),
    showAlerts: Type.Boolean({ default: true, description: "Tell the chat what needs attention." }),
    useIndicator: Type.Boolean({ default: true, description: "Say in the event whether all is well, for apps." }),
  },
  { default: {}, description: "What is seen of heartbeats." },
);

export const HeartbeatSettings = named(
  "HeartbeatConfig",
  {
    every: Type.String({
      pattern: "^\\d{1,6}(ms|s|m|h|d)?$",
      maxLength: 16,
      default: "30m",
      description: "How often the agent looks after things, e.g. 30m or 2h; 0m never. Without HEARTBEAT.md it rests.",
    }),
    agents: Type.Array(nonEmpty(64), {
      maxItems: 64,
      default: [],
      description: "Ids of the agents that have heartbeats; none named: the default agent.",
    }),
    prompt: optional(Type.String({ minLength: 1, maxLength: 4096, description: "What the agent is told to do." })),
    model: optional(modelReference("Thinks for heartbeats; absent: the agent's own.")),
    target: Type.String({
      minLength: 1,
      maxLength: 64,
      default: "last",
      description: "Who hears of what needs attention: last (the chat used last), none, or a network.",
    }),
    to: optional(Type.String({ minLength: 1, maxLength: 256, description: "The chat at that network." })),
    accountId: optional(Type.String({ minLength: 1, maxLength: 64, description: "Our account there." })),
    ackMaxChars: Type.Integer({
      minimum: 0,
      maximum: 10_000,
      default: 300,
      description: "An answer with HEARTBEAT_OK and at most so many characters more is not told.",
    }),
    activeHours: optional(ActiveHours),
    visibility: Visibility,
  },
  { default: {}, description: "The agent looks after things now and then, by HEARTBEAT.md of its workspace." },
);
export type HeartbeatSettings = Static<typeof HeartbeatSettings>;
