import type { Client } from "../../../src/client/index.ts";
import type { Person } from "../../../test/doubles/whatsapp/person.ts";
import { WhatsAppDouble } from "../../../test/doubles/whatsapp/whatsapp-double.ts";
import type { ChaosNetwork, ChaosPerson } from "../network.ts";

const peopleMax = 10;

/** WhatsApp takes the ids of messages from us: a send in doubt goes again, and is one message. */
export async function whatsappNetwork(peopleCount: number): Promise<ChaosNetwork> {
  const whatsapp = await WhatsAppDouble.start();
  const { webSocketUrl, mediaUrl } = whatsapp;
  const people: ChaosPerson[] = [];
  // Each is a real client of its own, in this process.
  for (let index = 0; index < Math.min(peopleCount, peopleMax); index++) {
    const number = String(15_551_000_000 + index);
    people.push(chaosPerson(whatsapp, await whatsapp.person({ number, name: `WhatsApp ${index}` })));
  }
  return {
    id: "whatsapp",
    identity: "idempotent",
    settings: { webSocketUrl, mediaUrl },
    secrets: {},
    people,
    link: (owner) => link(owner, whatsapp),
    [Symbol.asyncDispose]: () => whatsapp[Symbol.asyncDispose](),
  };
}

async function link(owner: Client, whatsapp: WhatsAppDouble): Promise<void> {
  let progress = await owner.call("channels.login.start", { channel: "whatsapp" });
  while (!progress.done) {
    const { loginId, step } = progress;
    if (step?.kind === "qr") whatsapp.scan(step.text!);
    progress = await owner.call("channels.login.next", { loginId, ...(step?.kind === "ask" && { value: "qr" }) });
  }
}

function chaosPerson(whatsapp: WhatsAppDouble, person: Person): ChaosPerson {
  return {
    name: person.name,
    says: async (text) => {
      const id = await person.says(text);
      return { isTaken: () => whatsapp.hasReceipt(id) };
    },
    hears: () => person.hears().map(({ text }) => text),
  };
}
