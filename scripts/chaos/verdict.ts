import type { TelegramDouble } from "../../test/doubles/telegram/telegram-double.ts";

/** The judge: it reads what people see on the network and nothing that the gateway says of itself. */

export interface Sent {
  readonly word: string;
  readonly chat: number;
  readonly updateId: number | undefined;
}

export interface Verdict {
  readonly sent: number;
  /** Messages that the gateway took from the network. */
  readonly accepted: number;
  readonly answered: number;
  /** Accepted, and without an answer in the chat. */
  readonly missing: readonly Sent[];
  /** Answered more than once. */
  readonly doubled: readonly Sent[];
  /** Answers that say that they were cut. */
  readonly cut: number;
}

export function judge(telegram: TelegramDouble, sent: readonly Sent[]): Verdict {
  const accepted = sent.filter(({ updateId }) => updateId !== undefined && updateId <= telegram.confirmed);
  const answers = new Map<number, string[]>();
  for (const { chat } of sent) {
    if (!answers.has(chat)) answers.set(chat, textsOf(telegram, chat));
  }
  const count = ({ chat, word }: Sent) => answers.get(chat)!.filter((text) => text.includes(`${word}.`)).length;
  const cut = [...answers.values()].flat().filter((text) => text.includes("was cut by a restart")).length;
  return {
    sent: sent.length,
    accepted: accepted.length,
    answered: accepted.filter((one) => count(one) > 0).length,
    missing: accepted.filter((one) => count(one) === 0),
    doubled: sent.filter((one) => count(one) > 1),
    cut,
  };
}

function textsOf(telegram: TelegramDouble, chat: number): string[] {
  return telegram.messages(chat).flatMap((message) => (message.isFromBot ? [message.text] : []));
}
