import type { ChaosMessage, ChaosNetwork, ChaosPerson } from "./network.ts";

/** The judge: it reads what people see on the networks and nothing that the gateway says of itself. */

export interface Sent {
  readonly word: string;
  readonly network: ChaosNetwork;
  readonly person: ChaosPerson;
  readonly message: ChaosMessage;
}

export interface Verdict {
  readonly sent: number;
  /** Messages that the gateway took from their network. */
  readonly accepted: number;
  readonly answered: number;
  /** Accepted, and without an answer in the chat. */
  readonly missing: readonly Sent[];
  /** Answered more than once. */
  readonly doubled: readonly Sent[];
  /** Answered, and an answer to a later message stands before it. */
  readonly disordered: readonly Sent[];
  /** Answers that say that they were cut. */
  readonly cut: number;
}

export function judge(sent: readonly Sent[]): Verdict {
  const people = new Set(sent.map(({ person }) => person));
  const heard = new Map([...people].map((person) => [person, person.hears()]));
  const wordsOf = new Map([...heard].map(([person, texts]) => [person, placesOf(texts)]));
  const places = ({ person, word }: Sent) => wordsOf.get(person)!.get(word) ?? [];
  const accepted = sent.filter(({ message }) => message.isTaken());
  const answered = accepted.filter((one) => places(one).length > 0);
  const latest = new Map<ChaosPerson, number>();
  const disordered = answered.filter((one) => {
    const [first = 0] = places(one);
    const before = latest.get(one.person) ?? -1;
    latest.set(one.person, Math.max(before, first));
    return first < before;
  });
  return {
    sent: sent.length,
    accepted: accepted.length,
    answered: answered.length,
    missing: accepted.filter((one) => places(one).length === 0),
    doubled: sent.filter((one) => places(one).length > 1),
    disordered,
    cut: [...heard.values()].flat().filter((text) => text.includes("was cut by a restart")).length,
  };
}

/** Where each word stands among the texts, once a text. */
function placesOf(texts: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  for (const [index, text] of texts.entries()) {
    for (const word of new Set([...text.matchAll(/\bw\d+(?=\.)/g)].map(([found]) => found))) {
      places.set(word, [...(places.get(word) ?? []), index]);
    }
  }
  return places;
}
