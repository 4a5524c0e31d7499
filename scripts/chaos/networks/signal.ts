import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Person } from "../../../test/doubles/signal/person.ts";
import { SignalDouble } from "../../../test/doubles/signal/signal-double.ts";
import type { ChaosNetwork, ChaosPerson } from "../network.ts";

/**
 * Signal through a daemon that the gateway starts, and that is killed with it. A message counts as taken once the
 * daemon has handed it over: nobody but the gateway can bring it back from then on. There is no identity of messages.
 */
export async function signalNetwork(peopleCount: number): Promise<ChaosNetwork> {
  const signal = await SignalDouble.start();
  const folder = mkdtempSync(join(tmpdir(), "clawdia-chaos-signal-"));
  const people = Array.from({ length: peopleCount }, (_, index) =>
    chaosPerson(signal, signal.person({ name: `Signal ${index}` })),
  );
  return {
    id: "signal",
    identity: "none",
    settings: { command: signal.program(folder), number: signal.number },
    secrets: {},
    people,
    [Symbol.asyncDispose]: async () => {
      await signal[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function chaosPerson(signal: SignalDouble, person: Person): ChaosPerson {
  return {
    name: person.name,
    says: (text) => {
      const { eventId } = person.says(text);
      return Promise.resolve({ isTaken: () => signal.isHandedOver(eventId) });
    },
    hears: () => person.sees().flatMap(({ isOurs, text }) => (isOurs ? [text] : [])),
  };
}
