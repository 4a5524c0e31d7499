import type { Clock } from "../../../src/lib/index.ts";
import { isJson, type Json } from "../telegram/wire.ts";
import type { Watch } from "../watch.ts";
import type { Deliveries, Delivery } from "./deliveries.ts";
import type { Answer, Emulator } from "./emulator.ts";

/** Our app in the workspace, as Slack tells it. */
export interface Bot {
  readonly userId: string;
  readonly botId: string;
  readonly teamId: string;
  readonly name: string;
  readonly token: string;
}

export interface WorkspaceParts {
  readonly bot: Bot;
  readonly emulator: Emulator;
  readonly deliveries: Deliveries;
  readonly clock: Clock;
  readonly watch: Watch;
}

/** A message as a person sees it now. */
export interface SeenMessage {
  readonly ts: string;
  readonly threadTs?: string | undefined;
  readonly userId: string;
  readonly isFromBot: boolean;
  readonly text: string;
  readonly files: readonly SeenFile[];
  /** Labels and values, row by row. */
  readonly buttons: readonly (readonly { readonly label: string; readonly value: string }[])[];
  /** By whom, as ids. */
  readonly reactions: readonly { readonly name: string; readonly users: readonly string[] }[];
  readonly isEdited: boolean;
  /** Every text that it had, the oldest first. */
  readonly versions: readonly string[];
}

export interface SeenFile {
  readonly id: string;
  readonly name: string;
  readonly mimeType: string;
  readonly bytes: number;
}

/** What the app and people share: what stands in the chats, and what the app is told of it. */
export class Workspace {
  readonly bot: Bot;
  readonly emulator: Emulator;
  readonly deliveries: Deliveries;
  readonly clock: Clock;
  readonly watch: Watch;
  /** Every message that was posted, by chat, in order; as the emulator has it now. */
  readonly #messages = new Map<string, Map<string, Json>>();
  readonly #versions = new Map<string, string[]>();
  #events = 0;

  constructor(parts: WorkspaceParts) {
    this.bot = parts.bot;
    this.emulator = parts.emulator;
    this.deliveries = parts.deliveries;
    this.clock = parts.clock;
    this.watch = parts.watch;
  }

  /** Something happened, and the app is told, if it is a member. */
  tell(event: Json): Delivery {
    return this.deliveries.add("events_api", {
      token: "verification-token",
      team_id: this.bot.teamId,
      api_app_id: "A0CLAWDIA",
      event,
      type: "event_callback",
      event_id: `Ev${String(++this.#events).padStart(9, "0")}`,
      event_time: Math.floor(this.clock.nowMs() / 1000),
      authorizations: [{ enterprise_id: null, team_id: this.bot.teamId, user_id: this.bot.userId, is_bot: true }],
      is_ext_shared_channel: false,
    });
  }

  /** Remembers how a message reads now. */
  note(channel: string, message: Json): void {
    const ts = String(message["ts"]);
    const known = this.#messages.get(channel) ?? new Map<string, Json>();
    known.set(ts, message);
    this.#messages.set(channel, known);
    const versions = this.#versions.get(`${channel} ${ts}`) ?? [];
    if (versions.at(-1) !== message["text"]) versions.push(String(message["text"]));
    this.#versions.set(`${channel} ${ts}`, versions);
    this.watch.changed();
  }

  forget(channel: string, ts: string): void {
    this.#messages.get(channel)?.delete(ts);
    this.watch.changed();
  }

  message(channel: string, ts: string): Json {
    const found = this.#messages.get(channel)?.get(ts);
    if (!found) throw new Error(`the double has no message ${ts} in ${channel}`);
    return found;
  }

  /** What stands in a chat now, its threads too, in the order of posting. */
  seen(channel: string): SeenMessage[] {
    const messages = [...(this.#messages.get(channel)?.values() ?? [])];
    return messages.map((message) => this.#seen(channel, message)).sort((a, b) => Number(a.ts) - Number(b.ts));
  }

  /** What the app wrote in a chat, as it reads now, oldest first. */
  textsOfBot(channel: string): string[] {
    const messages = [...(this.#messages.get(channel)?.values() ?? [])];
    return messages.filter(({ user }) => user === this.bot.userId).map(({ text }) => String(text));
  }

  /** Asks the emulator how a message reads now: after reactions, which it keeps. */
  async refresh(channel: string, ts: string, token: string): Promise<void> {
    const answer = await this.emulator.pass("reactions.get", token, { channel, timestamp: ts });
    const now = answer["message"];
    if (isJson(now)) this.note(channel, { ...this.message(channel, ts), reactions: now["reactions"] ?? [] });
  }

  /** What the emulator posted, with what Slack would have added to it. */
  posted(answer: Answer): { readonly channel: string; readonly message: Json } {
    const message = { ...(answer["message"] as Json) };
    return { channel: String(answer["channel"]), message: this.signed(message) };
  }

  /** Our own messages carry our bot's id. */
  signed(message: Json): Json {
    if (message["user"] !== this.bot.userId) return message;
    const { botId, teamId, name } = this.bot;
    const profile = { id: botId, deleted: false, name, app_id: "A0CLAWDIA", team_id: teamId };
    return { ...message, bot_id: botId, app_id: "A0CLAWDIA", bot_profile: profile, team: teamId };
  }

  #seen(channel: string, message: Json): SeenMessage {
    const ts = String(message["ts"]);
    const root = message["thread_ts"];
    return {
      ts,
      ...(typeof root === "string" && root !== ts && { threadTs: root }),
      userId: String(message["user"]),
      isFromBot: message["user"] === this.bot.userId,
      text: String(message["text"]),
      files: list(message["files"]).map((file) => ({
        id: String(file["id"]),
        name: String(file["name"]),
        mimeType: String(file["mimetype"]),
        bytes: Number(file["size"]),
      })),
      buttons: buttonsIn(message),
      reactions: list(message["reactions"]).map(({ name, users }) => ({
        name: String(name),
        users: Array.isArray(users) ? users.map(String) : [],
      })),
      isEdited: message["edited"] !== undefined,
      versions: this.#versions.get(`${channel} ${ts}`) ?? [],
    };
  }
}

export function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}

function buttonsIn(message: Json): SeenMessage["buttons"] {
  const rows = list(message["blocks"]).filter(({ type }) => type === "actions");
  return rows.map((row) =>
    list(row["elements"]).map(({ text, value }) => ({
      label: isJson(text) ? String(text["text"]) : "",
      value: String(value),
    })),
  );
}

/** `im`, `mpim`, `group` or `channel`, as Slack names it in events. */
export function channelType(channel: Json): string {
  if (channel["is_im"]) return "im";
  if (channel["is_mpim"]) return "mpim";
  return channel["is_private"] ? "group" : "channel";
}
