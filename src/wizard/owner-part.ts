import { oneLine, slept, spanWords } from "../lib/index.ts";
import type { LinkKeeper } from "../providers/index.ts";
import { type Led, ledBy, type PartRoom, said } from "./part.ts";
import { nameCharsMax, type Stranger } from "./setup-desk.ts";
import { back, skip, type Way } from "./step.ts";

/** Whose gateway it is: the person writes to it, finds the message here, and says that it is theirs. */

const lookEveryMs = 300;
const later = skip("then strangers wait until you approve them: clawdia approvals");

export async function ownerPart(room: PartRoom): Promise<Led> {
  const { talk, desk, title } = room;
  if (desk.linked.length === 0) return "next";
  /** Those of whom the person said that they are somebody else. */
  let known: ReadonlySet<string> = new Set();
  for (let { before, complaint } = { before: room.before, complaint: "" }; ;) {
    const asking = strangers(room).some((one) => !known.has(idOf(one))) ? strangers(room) : undefined;
    const found = asking ?? (await awaited(room, known, complaint || before));
    before = undefined;
    if (!asking) complaint = "";
    if (typeof found === "string") {
      const led = ledBy(found);
      if (led) return led;
    }
    const shown = typeof found === "string" ? strangers(room) : found;
    const way =
      found === typed
        ? typed
        : await talk.select({
            title,
            message: said(complaint, "Is this you? The owner may use everything that the agent can."),
            options: [
              ...shown.map((one) => ({ value: idOf(one), label: nameOf(room, one), hint: agoOf(room, one) })),
              { value: typed, label: "I have a code", hint: "the network sent it to you" },
              { value: "others", label: "None of these", hint: "go on waiting" },
              later,
              back,
            ],
          });
    complaint = "";
    const led = ledBy(way);
    if (led) return led;
    known = new Set(shown.map(idOf));
    if (way === "others") continue;
    const chosen = way === typed ? await byCode(room) : shown.find((one) => idOf(one) === way);
    if (chosen === undefined) known = new Set();
    else if (typeof chosen === "string") [complaint, known] = [chosen, new Set()];
    else {
      await desk.parts.approve(chosen, true, room.by);
      await letOthersIn(room);
      return "next";
    }
  }
}

const typed = "code";

/** Waits for somebody new; the way off where the person takes one. */
async function awaited(room: PartRoom, known: ReadonlySet<string>, before: string | undefined) {
  const { talk, desk, title } = room;
  const message = said(
    before,
    `${desk.linked.map((one) => invitation(room, one)).join(" ")} Your message shows up here.`,
  );
  const options = [{ value: typed, label: "I have a code" }, later, back];
  const outcome = await talk.during({ title, message, options }, async (signal) => {
    for (;;) {
      const found = strangers(room);
      if (found.some((one) => !known.has(idOf(one)))) return found;
      if (!(await slept(desk.parts.clock, lookEveryMs, signal))) return [];
    }
  });
  return outcome.kind === "left" ? outcome.way : outcome.value;
}

function invitation(room: PartRoom, { provider, account, state }: LinkKeeper): string {
  const { dmPolicy } = room.desk.parts.policyOf(provider.id, account.id);
  if (dmPolicy !== "pairing")
    return `${provider.label} lets nobody ask (dmPolicy is ${dmPolicy}): put your id under allowFrom in the config.`;
  const handle = state.self?.handle ?? state.self?.name;
  const whom = handle === undefined ? "it" : oneLine(handle, nameCharsMax);
  return `Open ${provider.label} and write anything to ${whom}.`;
}

/** Who asks, the newest first. */
function strangers({ desk }: PartRoom): readonly Stranger[] {
  return desk.parts.approvals.requests().toReversed();
}

/** The request that a code belongs to; in words why there is none; undefined when the person goes back. */
async function byCode({ talk, desk, title }: PartRoom): Promise<Stranger | string | undefined> {
  const message = "Clawdia answered your message with a code of eight letters. Which one?";
  const code = await talk.text({ title, message, placeholder: "Code", options: [back] });
  if (ledBy(code)) return undefined;
  const found = desk.parts.approvals.byCode(code);
  if (found === "too-many") return "Too many wrong codes: wait a minute.";
  return found ?? "Nobody was given that code, or it is too old.";
}

async function letOthersIn(room: PartRoom): Promise<void> {
  const { talk, desk, title } = room;
  const others = strangers(room);
  if (others.length === 0) return;
  const options = others.map((one): Way => ({ value: idOf(one), label: nameOf(room, one), hint: agoOf(room, one) }));
  const message = "You are the owner. Others wrote, too: who of them may talk to the agent? Nobody has to.";
  const chosen = await talk.several({ title, message, options });
  for (const one of others) if (chosen.includes(idOf(one))) await desk.parts.approve(one, false, room.by);
}

const idOf = ({ provider, accountId, senderId }: Stranger) => `${provider}:${accountId}:${senderId}`;

function nameOf({ desk }: PartRoom, { provider, senderName, senderId }: Stranger): string {
  const label = desk.parts.accounts.provider(provider)?.label ?? provider;
  const id = oneLine(senderId, nameCharsMax);
  return senderName === undefined ? `${id} on ${label}` : `${oneLine(senderName, nameCharsMax)} (${id}) on ${label}`;
}

function agoOf({ desk }: PartRoom, { createdAtMs }: Stranger): string {
  return `wrote ${spanWords(Math.max(0, desk.parts.clock.nowMs() - createdAtMs))} ago`;
}
