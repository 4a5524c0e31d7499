import type { Person } from "../../../test/doubles/telegram/person.ts";
import { TelegramDouble } from "../../../test/doubles/telegram/telegram-double.ts";
import type { ChaosNetwork, ChaosPerson } from "../network.ts";

/** Telegram has no identity of messages: a send in doubt is held. */
export async function telegramNetwork(peopleCount: number): Promise<ChaosNetwork> {
  const telegram = await TelegramDouble.start();
  const people = Array.from({ length: peopleCount }, (_, index) =>
    chaosPerson(telegram, telegram.person({ name: `Telegram ${index}` })),
  );
  return {
    id: "telegram",
    identity: "none",
    settings: { botToken: telegram.token, apiRoot: telegram.apiRoot },
    secrets: {},
    people,
    [Symbol.asyncDispose]: () => telegram[Symbol.asyncDispose](),
  };
}

function chaosPerson(telegram: TelegramDouble, person: Person): ChaosPerson {
  return {
    name: person.user.first_name,
    says: async (text) => {
      const { updateId } = await person.says(text);
      return { isTaken: () => updateId !== undefined && updateId <= telegram.confirmed };
    },
    hears: () => telegram.messages(person.id).flatMap(({ isFromBot, text }) => (isFromBot ? [text] : [])),
  };
}
