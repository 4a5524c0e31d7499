/** What the workload acknowledges, as its lines say it: a kind and an id. */

export const ackKinds = [
  /** A message of a network is stored: `peer/message`. */
  "inbound",
  /** A request to the agent is accepted. */
  "run",
  /** A run's end was told, as an event or as an answer. */
  "final",
  "ended",
  /** A message left for the network, by its send id. */
  "left",
  /** A send was confirmed to the one who asked, by the message's id. */
  "sent",
  /** A model with a key was chosen; later ones have higher numbers. */
  "choice",
] as const;
export type AckKind = (typeof ackKinds)[number];

export interface Ack {
  readonly kind: AckKind;
  readonly id: string;
}

export function readAcks(text: string): Ack[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [kind = "", id = ""] = line.split(" ");
      if (!ackKinds.some((known) => known === kind)) throw new Error(`an unknown acknowledgement: ${line}`);
      return { kind: kind as AckKind, id };
    });
}
