import type { Json } from "../telegram/wire.ts";
import type { Delivery } from "./deliveries.ts";
import { channelType, list, type SeenMessage, type Workspace } from "./workspace.ts";

/** Where something happens: the person's direct chat with the app when no chat is named. */
export interface Where {
  readonly chat?: string | { readonly id: string } | undefined;
  /** The message that the thread hangs on. */
  readonly thread?: string | undefined;
}

/** What a person did, and how the app was told of it. */
export interface Said {
  readonly ts: string;
  readonly deliveries: readonly Delivery[];
}

export interface NewFile {
  readonly bytes: Uint8Array;
  readonly fileName: string;
  readonly text?: string | undefined;
}

export interface PersonParts {
  readonly id: string;
  readonly name: string;
  readonly token: string;
  readonly directId: string;
  readonly workspace: Workspace;
}

/** Someone who writes to the app, and sees what it does. */
export class Person {
  readonly id: string;
  readonly name: string;
  readonly token: string;
  /** The direct chat with the app. */
  readonly directId: string;
  readonly #workspace: Workspace;
  readonly #heard = new Set<string>();

  constructor(parts: PersonParts) {
    this.id = parts.id;
    this.name = parts.name;
    this.token = parts.token;
    this.directId = parts.directId;
    this.#workspace = parts.workspace;
  }

  /** `fields` stand on the wire as they are. */
  async says(text: string, where: Where = {}, fields: Json = {}): Promise<Said> {
    const { emulator } = this.#workspace;
    const channel = this.#channel(where);
    const thread = where.thread === undefined ? {} : { thread_ts: where.thread };
    const answer = await emulator.ask("chat.postMessage", this.token, { channel, text, ...thread });
    return this.#told(channel, { ...this.#workspace.posted(answer).message, ...fields });
  }

  /** Posted, and not told to the app: as something that stood there before. */
  async posts(text: string, where: Where = {}): Promise<string> {
    const channel = this.#channel(where);
    const answer = await this.#workspace.emulator.ask("chat.postMessage", this.token, { channel, text });
    const { message } = this.#workspace.posted(answer);
    this.#workspace.note(channel, message);
    return String(message["ts"]);
  }

  async sendsFile({ bytes, fileName, text }: NewFile, where: Where = {}): Promise<Said> {
    const { emulator } = this.#workspace;
    const channel = this.#channel(where);
    const asked = { filename: fileName, length: bytes.length };
    const place = await emulator.ask("files.getUploadURLExternal", this.token, asked);
    const address = new URL(String(place["upload_url"]));
    const headers = { "content-type": "application/octet-stream" };
    await emulator.raw(address.pathname, { method: "POST", headers, body: bytes as Uint8Array<ArrayBuffer> });
    await emulator.ask("files.completeUploadExternal", this.token, {
      files: [{ id: place["file_id"], title: fileName }],
      channel_id: channel,
      ...(where.thread !== undefined && { thread_ts: where.thread }),
      ...(text !== undefined && { initial_comment: text }),
    });
    const found =
      where.thread === undefined
        ? await emulator.ask("conversations.history", this.token, { channel, limit: 1 })
        : await emulator.ask("conversations.replies", this.token, { channel, ts: where.thread });
    const messages = list(found["messages"]);
    return this.#told(channel, (where.thread === undefined ? messages[0] : messages.at(-1))!);
  }

  async edits(ts: string, text: string, where: Where = {}): Promise<Delivery> {
    const workspace = this.#workspace;
    const channel = this.#channel(where);
    const before = workspace.message(channel, ts);
    await workspace.emulator.ask("chat.update", this.token, { channel, ts, text });
    const at = (workspace.clock.nowMs() / 1000).toFixed(6);
    const message = { ...before, text, edited: { user: this.id, ts: at } };
    workspace.note(channel, message);
    const changed = { type: "message", subtype: "message_changed", message, previous_message: before, hidden: true };
    return workspace.tell({ ...changed, channel, channel_type: await this.#type(channel), ts: at, event_ts: at });
  }

  async deletes(ts: string, where: Where = {}): Promise<Delivery> {
    const workspace = this.#workspace;
    const channel = this.#channel(where);
    const before = workspace.message(channel, ts);
    await workspace.emulator.ask("chat.delete", this.token, { channel, ts });
    workspace.forget(channel, ts);
    const at = (workspace.clock.nowMs() / 1000).toFixed(6);
    const gone = { type: "message", subtype: "message_deleted", deleted_ts: ts, previous_message: before };
    return workspace.tell({ ...gone, hidden: true, channel, ts: at, event_ts: at });
  }

  async reacts(ts: string, name: string, where: Where = {}): Promise<Delivery> {
    const workspace = this.#workspace;
    const channel = this.#channel(where);
    await workspace.emulator.ask("reactions.add", this.token, { channel, timestamp: ts, name });
    await workspace.refresh(channel, ts, this.token);
    return workspace.tell({
      type: "reaction_added",
      user: this.id,
      reaction: name,
      item: { type: "message", channel, ts },
      item_user: workspace.message(channel, ts)["user"],
      event_ts: (workspace.clock.nowMs() / 1000).toFixed(6),
    });
  }

  /** By the button's label or its value. */
  presses(ts: string, button: string, where: Where = {}): Delivery {
    const workspace = this.#workspace;
    const channel = this.#channel(where);
    const message = workspace.message(channel, ts);
    const pressed = list(message["blocks"])
      .flatMap(({ elements, block_id: block }) => list(elements).map((element) => ({ ...element, block_id: block })))
      .find(({ value, text }: Json) => value === button || (text as Json | undefined)?.["text"] === button);
    if (!pressed) throw new Error(`message ${ts} has no button ${button}`);
    const root = message["thread_ts"];
    const thread = typeof root === "string" ? { thread_ts: root } : {};
    return workspace.deliveries.add("interactive", {
      type: "block_actions",
      user: { id: this.id, username: this.name.toLowerCase(), name: this.name.toLowerCase() },
      api_app_id: "A0CLAWDIA",
      token: "verification-token",
      container: { type: "message", message_ts: ts, channel_id: channel, is_ephemeral: false, ...thread },
      trigger_id: `${ts}.press`,
      team: { id: workspace.bot.teamId, domain: "house" },
      channel: { id: channel, name: channel.startsWith("D") ? "directmessage" : "kitchen" },
      message,
      actions: [{ ...pressed, type: "button", action_ts: (workspace.clock.nowMs() / 1000).toFixed(6) }],
    });
  }

  commands(command: string, text: string, where: Where = {}): Delivery {
    const { bot, deliveries } = this.#workspace;
    const channel = this.#channel(where);
    return deliveries.add("slash_commands", {
      token: "verification-token",
      team_id: bot.teamId,
      team_domain: "house",
      channel_id: channel,
      channel_name: channel.startsWith("D") ? "directmessage" : "kitchen",
      user_id: this.id,
      user_name: this.name.toLowerCase(),
      command,
      text,
      api_app_id: "A0CLAWDIA",
      is_enterprise_install: "false",
      response_url: "https://hooks.slack.com/commands/T0/1/x",
      trigger_id: `${deliveries.all.length + 1}.${bot.teamId}.trigger`,
    });
  }

  /** What stands in the chat now. */
  sees(where: Where = {}): SeenMessage[] {
    const all = this.#workspace.seen(this.#channel(where));
    return where.thread === undefined ? all : all.filter(({ threadTs }) => threadTs === where.thread);
  }

  /** The next `count` messages of the app that this person has not heard yet, as they are by then. */
  async hears(count = 1, where: Where = {}): Promise<SeenMessage[]> {
    const channel = this.#channel(where);
    const found = await this.#workspace.watch.until(() => {
      const fresh = this.sees(where).filter((one) => one.isFromBot && !this.#heard.has(`${channel}/${one.ts}`));
      return fresh.length >= count ? fresh.slice(0, count) : undefined;
    });
    for (const { ts } of found) this.#heard.add(`${channel}/${ts}`);
    return found;
  }

  /** Waits until a message of the app reads so, at once or after edits. Counts as heard. */
  async reads(text: string | RegExp | ((message: SeenMessage) => boolean), where: Where = {}): Promise<SeenMessage> {
    const fits = (message: SeenMessage) => {
      if (typeof text === "function") return text(message);
      return typeof text === "string" ? message.text === text : text.test(message.text);
    };
    const found = await this.#workspace.watch.until(() => this.sees(where).find((one) => one.isFromBot && fits(one)));
    this.#heard.add(`${this.#channel(where)}/${found.ts}`);
    return found;
  }

  /** A mention comes twice, as `message` and as `app_mention`; in direct chats nobody needs mentioning. */
  async #told(channel: string, message: Json): Promise<Said> {
    const workspace = this.#workspace;
    workspace.note(channel, message);
    const ts = String(message["ts"]);
    const root = message["thread_ts"];
    const parent =
      typeof root === "string" && root !== ts ? { parent_user_id: workspace.message(channel, root)["user"] } : {};
    const common = { ...message, ...parent, team: workspace.bot.teamId, channel, event_ts: ts };
    const type = await this.#type(channel);
    const client = { client_msg_id: `client-${ts}`, channel_type: type };
    const deliveries = [workspace.tell({ ...common, ...client, type: "message" })];
    if (type !== "im" && String(message["text"]).includes(`<@${workspace.bot.userId}>`)) {
      const { subtype: _subtype, parent_user_id: _parent, ...mention } = common as Json;
      deliveries.push(workspace.tell({ ...mention, type: "app_mention" }));
    }
    return { ts, deliveries };
  }

  async #type(channel: string): Promise<string> {
    const answer = await this.#workspace.emulator.ask("conversations.info", this.token, { channel });
    return channelType(answer["channel"] as Json);
  }

  #channel({ chat }: Where): string {
    return chat === undefined ? this.directId : typeof chat === "string" ? chat : chat.id;
  }
}
