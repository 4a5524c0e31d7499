import { createEmulator } from "emulate";
import { isJson, type Json } from "../telegram/wire.ts";
import type { Stamps } from "./stamps.ts";

/** Slack's Web API as Vercel's emulator knows it: users, channels, messages, threads, reactions and files. */
export interface EmulatedUser {
  readonly token: string;
  readonly name: string;
}

/** What the emulator answered. */
export type Answer = Json & { readonly ok: boolean };

/** The emulator takes 5,000 calls of a token in an hour, which is not Slack's limit: each token has some more names. */
const aliasCalls = 1_000;
const aliasCount = 500;

function aliasesOf(token: string): string[] {
  return Array.from({ length: aliasCount }, (_, index) => (index === 0 ? token : `${token}-${index}`));
}

export class Emulator implements AsyncDisposable {
  readonly url: string;
  readonly #close: () => Promise<void>;
  readonly #stamps: Stamps;
  #calls = 0;

  private constructor(url: string, close: () => Promise<void>, stamps: Stamps) {
    this.url = url;
    this.#close = close;
    this.#stamps = stamps;
  }

  static async start(bot: EmulatedUser, people: readonly EmulatedUser[], stamps: Stamps): Promise<Emulator> {
    const users = [bot, ...people];
    const slack = {
      team: { name: "Clawdia's house", domain: "house" },
      users: users.map(({ name }) => ({ name, real_name: name })),
      bots: [{ name: bot.name }],
      tokens: users.flatMap(({ token, name }) =>
        aliasesOf(token).map((alias) => ({ token: alias, user: name, type: token === bot.token ? "bot" : "user" })),
      ),
    };
    const emulator = await createEmulator({ service: "slack", port: 0, seed: { slack } });
    return new Emulator(emulator.url, () => emulator.close(), stamps);
  }

  /** Throws for what Slack would refuse a person. */
  async ask(method: string, token: string, params: Json = {}): Promise<Answer> {
    const answer = await this.pass(method, token, params);
    if (!answer.ok) throw new Error(`${method}: ${String(answer["error"])}`);
    return answer;
  }

  /** A call, with the names of messages that the double shows. */
  async pass(method: string, token: string, params: Json): Promise<Answer> {
    const response = await fetch(`${this.url}/api/${method}`, {
      method: "POST",
      headers: { authorization: `Bearer ${this.#aliasOf(token)}`, "content-type": "application/json" },
      body: JSON.stringify(this.#stamps.real(params)),
      // A connection of its own each time: the emulator closes idle ones, perhaps just when they are used again.
      keepalive: false,
    });
    const answer: unknown = await response.json();
    if (!isJson(answer)) throw new Error(`${method}: the emulator answered no object`);
    return this.#stamps.shown(answer) as Answer;
  }

  #aliasOf(token: string): string {
    return aliasesOf(token)[Math.floor(this.#calls++ / aliasCalls) % aliasCount]!;
  }

  /** Bytes of a file, up and down. */
  raw(path: string, init: RequestInit): Promise<Response> {
    return fetch(`${this.url}${path}`, { ...init, keepalive: false });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}
