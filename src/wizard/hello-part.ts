import { peerFor } from "../providers/index.ts";
import type { OutboxRow } from "../outbox/index.ts";
import { type Led, type PartRoom, said } from "./part.ts";
import type { SetupDesk } from "./setup-desk.ts";
import { skip } from "./step.ts";

/** The first message: to the owner where they wrote from, else in WebChat, and seen to arrive. */

interface Addressee {
  readonly provider: string;
  readonly accountId: string;
  readonly id: string;
  readonly name: string | undefined;
}

export async function helloPart(room: PartRoom): Promise<Led> {
  const { talk, desk, title } = room;
  const { outbox } = desk.parts;
  const to = addresseeOf(desk);
  if (isGreeted(desk)) return "next";
  const label = desk.parts.accounts.provider(to.provider)?.label ?? to.provider;
  const where = to.name === undefined ? `in ${label}` : `to ${to.name} on ${label}`;
  let id = await queued(room, to);
  for (;;) {
    const options = [skip("it goes out when it can")];
    const outcome = await talk.during({ title, message: `Sending the first message ${where} …`, options }, () =>
      outbox.whenSettled(id),
    );
    if (outcome.kind === "left") return "skipped";
    const row = outcome.value;
    if (row.state === "sent") {
      await talk.note({
        title,
        message: said(`The first message was sent ${where}, and arrived:`, `“${row.content.text?.plain ?? ""}”`),
      });
      return "next";
    }
    const way = await talk.select({
      title,
      message: `The first message ${where} did not arrive: ${row.error ?? row.state}.`,
      options: [{ value: "again", label: "Send it again" }, skip("clawdia deliveries shows it")],
    });
    if (way !== "again") return "skipped";
    id = await sentAgain(room, to, row);
  }
}

/** Whether the first message reached whom it would go to now. */
export function isGreeted(desk: SetupDesk): boolean {
  return desk.parts.outbox.store.findByIdem(idemOf(addresseeOf(desk)))?.state === "sent";
}

const idemOf = ({ provider, accountId, id }: Addressee) => `setup:hello:${provider}:${accountId}:${id}`;

/** The owner who was approved last and can be reached; WebChat's main conversation where there is none. */
function addresseeOf(desk: SetupDesk): Addressee {
  const { approvals, sessions } = desk.parts;
  const owner = approvals
    .approved()
    .find(({ isOwner, provider, accountId }) => isOwner && desk.parts.accounts.link(provider, accountId) !== undefined);
  if (!owner) return { provider: "webchat", accountId: "main", id: sessions.mainKey, name: undefined };
  const { provider, accountId, senderId, senderName } = owner;
  return { provider, accountId, id: senderId, name: senderName ?? senderId };
}

async function queued(room: PartRoom, to: Addressee): Promise<string> {
  const { accounts, outbox, database, sessions, renderFor } = room.desk.parts;
  const provider = accounts.provider(to.provider)!;
  const [text] = await renderFor(provider.can, helloText(room, to));
  const peer = peerFor(provider, { to: to.id });
  const id = await database.accept(() => {
    if (to.provider === "webchat") sessions.ensure(sessions.mainKey);
    const { provider: network, accountId } = to;
    return outbox.add({ idem: idemOf(to), provider: network, accountId, peer, content: { text }, class: "proactive" });
  });
  outbox.wake();
  return id;
}

async function sentAgain(room: PartRoom, to: Addressee, row: OutboxRow): Promise<string> {
  const { outbox } = room.desk.parts;
  if (await outbox.resolve(row.id, "resend")) outbox.wake();
  return queued(room, to);
}

function helloText({ desk }: PartRoom, { name }: Addressee): string {
  const lack = "No language model is connected yet, so";
  // On networks the built-in engine says once a day what is missing, and no more.
  const echo = name === undefined ? `${lack} I only repeat what you write.` : `${lack} I cannot say much.`;
  const whom = name === undefined ? "Hello!" : `Hello, ${name}!`;
  const words = `${whom} This is Clawdia. I answer here from now on.`;
  return desk.model === undefined ? `${words} ${echo}` : words;
}
