import { slept } from "../lib/index.ts";
import { GatewayError } from "../protocol/index.ts";
import type { LoginDone, LoginStep, Provider } from "../providers/index.ts";
import { type Led, ledBy, type PartRoom, said } from "./part.ts";
import { networkWords } from "./setup-desk.ts";
import { type Asked, back, qrMark, skip, type Way } from "./step.ts";

/** Which network to be on: chosen by the person, linked by that network's own login steps. */

/** From the end of a login to an open link; longer is told, and not waited for. */
const connectMs = 30_000;
const lookEveryMs = 200;
const accountId = "main";

/** What a person must have, beside each network's name. */
const needs: Readonly<Record<string, string>> = {
  telegram: "a bot, which @BotFather makes in a minute",
  whatsapp: "a phone with WhatsApp, best with a number of its own",
  signal: "a phone with Signal; signal-cli on this machine",
  discord: "an application with a bot",
  slack: "an app in your workspace",
  imessage: "a Mac with Messages and imsg",
};

/** `wanted`: the network is known already. */
export async function networkPart(room: PartRoom, wanted?: string): Promise<Led> {
  const { talk, desk, title } = room;
  for (let { before } = room, first = wanted; ; before = undefined, first = undefined) {
    const linked = desk.linked;
    const choice =
      first ??
      (await talk.select({
        title,
        message: said(
          before,
          "Where do you want to talk to your agent? WebChat is there in any case.",
          linked.length === 0 ? "" : `Linked: ${linked.map((keeper) => networkWords(keeper)).join(", ")}.`,
        ),
        options: optionsFor(room),
      }));
    if (choice === goOn) return "next";
    const led = ledBy(choice);
    if (led) return led;
    const provider = desk.parts.accounts.provider(choice);
    const end = provider?.login ? await linkedTo(room, provider) : undefined;
    if (end) return end;
  }
}

const goOn = "go-on";

function optionsFor({ desk }: PartRoom): readonly Way[] {
  const linked = desk.linked;
  const networks = desk.parts.accounts.providers.filter((one) => one.id !== "webchat" && one.login !== undefined);
  return [
    ...(linked.length === 0 ? [] : [{ value: goOn, label: "Go on with what is linked" }]),
    ...networks.map(({ id, label }) => {
      const isLinked = linked.some(({ provider, account }) => provider.id === id && account.id === accountId);
      return { value: id, label, hint: isLinked ? "linked; choose it to link it anew" : needs[id] };
    }),
    ...(linked.length === 0 ? [skip("WebChat only")] : []),
    back,
  ];
}

/** Undefined when another network is to be chosen. */
async function linkedTo(room: PartRoom, provider: Provider): Promise<Led | undefined> {
  const { talk, desk } = room;
  const title = `${room.title}: ${provider.label}`;
  for (;;) {
    const login = new LoginTalk({ ...room, title }, provider.id);
    const end = await login.lead();
    if (end.kind === "left") return undefined;
    if (end.kind === "done") {
      const trouble = await connected({ ...room, title }, provider.id);
      const way = await talk.select({
        title,
        message: said(linkedWords(end.done), trouble),
        options: [
          { value: goOn, label: "Go on" },
          { value: "other", label: "Link another network" },
        ],
      });
      return way === goOn ? "next" : undefined;
    }
    const way = await talk.select({
      title,
      message: `That did not work: ${end.why}.`,
      options: [
        { value: "again", label: "Try again" },
        { value: "other", label: "Choose another network" },
        ...(desk.linked.length === 0 ? [skip("WebChat only")] : [{ value: goOn, label: "Go on with what is linked" }]),
      ],
    });
    if (way === goOn) return "next";
    if (way === "@skip") return "skipped";
    if (way === "other") return undefined;
  }
}

/** Networks begin their own words in this way, or leave it to us. */
function linkedWords({ self, message }: LoginDone): string {
  return message.startsWith("Linked") ? message : `Linked: ${self.name}. ${message}`;
}

/** Waits until the account is open; why it is not, where it takes long. */
async function connected({ talk, desk, title }: PartRoom, provider: string): Promise<string | undefined> {
  const { accounts, clock } = desk.parts;
  const stateOf = () => accounts.state(provider, accountId);
  const isSettled = () => ["connected", "logged-out"].includes(stateOf()?.kind ?? "");
  const ways = [{ value: goOn, label: "Do not wait" }];
  const startedAtMs = clock.elapsedMs();
  await talk.during({ title, message: "Linked. Opening the connection …", options: ways }, async (signal) => {
    while (!isSettled() && clock.elapsedMs() - startedAtMs < connectMs) {
      if (!(await slept(clock, lookEveryMs, signal))) return;
    }
  });
  const state = stateOf();
  if (state?.kind === "connected") return undefined;
  const why = state?.reason === undefined ? "" : `: ${state.reason}`;
  return `It is not connected yet${why}. ${state?.cure ?? "It is tried again by itself."}`;
}

type LoginEnd =
  | { readonly kind: "done"; readonly done: LoginDone }
  | { readonly kind: "failed"; readonly why: string }
  | { readonly kind: "left" };

type Progress =
  | { readonly kind: "step"; readonly loginId: string; readonly step: LoginStep }
  | { readonly kind: "done"; readonly loginId: string; readonly done: LoginDone }
  | { readonly kind: "failed"; readonly why: string };

/** A network's login, with its steps as steps of the setup. It leaves no login behind. */
class LoginTalk {
  readonly #room: PartRoom;
  readonly #provider: string;
  #loginId: string | undefined;

  constructor(room: PartRoom, provider: string) {
    this.#room = room;
    this.#provider = provider;
  }

  async lead(): Promise<LoginEnd> {
    const { logins } = this.#room.desk.parts;
    try {
      let progress = await this.#while({ message: "Asking the network …" }, () =>
        logins.start(this.#provider, accountId),
      );
      for (;;) {
        if (progress === undefined) return { kind: "left" };
        if (progress.kind !== "step") {
          this.#loginId = undefined;
          return progress;
        }
        this.#loginId = progress.loginId;
        progress = await this.#after(progress.loginId, progress.step);
      }
    } finally {
      if (this.#loginId !== undefined) await logins.cancel(this.#loginId);
    }
  }

  /** What follows a step; undefined when the person left. */
  async #after(loginId: string, step: LoginStep): Promise<Progress | undefined> {
    const { talk, title, desk } = this.#room;
    const { logins } = desk.parts;
    switch (step.kind) {
      case "ask": {
        const { label, help, isSecret } = step;
        const asked = { title, message: help, placeholder: label, sensitive: isSecret, options: [back] };
        const value = await talk.text(asked);
        if (ledBy(value)) return undefined;
        return this.#while({ message: "Trying it …" }, () => logins.next(loginId, value));
      }
      case "qr": {
        const code = { message: step.help, initialValue: step.text, placeholder: qrMark };
        return this.#while(code, () => logins.next(loginId, undefined));
      }
      default:
        return this.#while({ message: step.message }, () => logins.next(loginId, undefined));
    }
  }

  async #while(asked: Omit<Asked, "type">, work: () => Promise<Progress>): Promise<Progress | undefined> {
    const { talk, title } = this.#room;
    const outcome = await talk.during({ title, ...asked, options: [back] }, () => work().catch(failed));
    return outcome.kind === "left" ? undefined : outcome.value;
  }
}

/** A login tells a person what to do by refusing; anything else is a fault of ours and goes up. */
function failed(error: unknown): Progress {
  if (!(error instanceof GatewayError)) throw error;
  return { kind: "failed", why: error.message };
}
