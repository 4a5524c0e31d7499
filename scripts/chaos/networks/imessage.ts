import { MessagesDouble } from "../../../test/doubles/imessage/messages-double.ts";
import type { Person } from "../../../test/doubles/imessage/person.ts";
import type { ChaosNetwork, ChaosPerson } from "../network.ts";

/**
 * A Mac whose Messages outlives every gateway and every imsg of theirs. Nothing is acknowledged to Messages, so a
 * message counts as taken from the start; what was there before the account's first start would not.
 */
export async function imessageNetwork(peopleCount: number): Promise<ChaosNetwork> {
  const double = new MessagesDouble();
  const people = Array.from({ length: peopleCount }, (_, index) => {
    const handle = `+1555${String(2_000_000 + index)}`;
    return chaosPerson(double, double.person({ name: `iMessage ${index}`, handle }));
  });
  return {
    id: "imessage",
    identity: "reconcilable",
    settings: { command: double.command, attachmentsFolder: double.attachmentsFolder },
    secrets: {},
    people,
    link: async () => void (await double.until(() => double.watchedFrom.length > 0)),
    [Symbol.asyncDispose]: () => double[Symbol.asyncDispose](),
  };
}

function chaosPerson(double: MessagesDouble, person: Person): ChaosPerson {
  return {
    name: person.name,
    says: async (text) => {
      person.says(text);
      return { isTaken: () => true };
    },
    hears: () => person.sees().flatMap(({ isFromMe, text }) => (isFromMe ? [text] : [])),
  };
}
