import type { ChatPostMessageArguments, ChatUpdateArguments } from "@slack/web-api";
import type { Button, OutboundMessage, RenderedText } from "../message.ts";
import { isTs } from "./people.ts";

/** A message as calls of the Web API. Everything here is pure. */

/** What Slack keeps of our own beside a message: the name is the app's, the send id tells messages apart. */
export const metadataEvent = "clawdia";
const sendIdField = "send_id";

export interface SendForm {
  /** Slack refused the blocks: the text alone then, and the buttons as lines of it. */
  readonly isPlain?: boolean | undefined;
}

/** Undefined for a message that says nothing. */
export function encodeSend(
  message: OutboundMessage,
  channel: string,
  form: SendForm = {},
): ChatPostMessageArguments | undefined {
  const content = contentOf(message.text, message.buttons, form);
  if (!content) return undefined;
  return {
    channel,
    ...threadOf(message),
    ...content,
    // Previews make Slack fetch whatever address stands in the text, and with it what the address says.
    unfurl_links: false,
    unfurl_media: false,
    metadata: { event_type: metadataEvent, event_payload: { [sendIdField]: message.sendId } },
  };
}

/** A new text for one of our messages. Buttons that are not named again are gone. */
export function encodeEdit(
  target: { readonly channel: string; readonly ts: string },
  message: OutboundMessage,
  form: SendForm = {},
): ChatUpdateArguments | undefined {
  const content = contentOf(message.text, message.buttons, form);
  // Slack keeps blocks that a change does not name.
  return content && { ...target, blocks: [], ...content };
}

/** Where a file is shared, and with which words. */
export function encodeShare(message: OutboundMessage, channel: string) {
  const { text, buttons } = message;
  const blocks = buttons?.length ? blocksOf(text, buttons) : undefined;
  const words = text?.markup ? { initial_comment: text.markup } : {};
  return { channel_id: channel, ...threadOf(message), ...(blocks ? { blocks } : words) };
}

/** The send id that a message of ours carries. */
export function sendIdOf(metadata: {
  readonly event_type?: string;
  readonly event_payload?: Readonly<Record<string, unknown>>;
}): string | undefined {
  const id = metadata.event_type === metadataEvent ? metadata.event_payload?.[sendIdField] : undefined;
  return typeof id === "string" ? id : undefined;
}

/** Slack has no quotes: what answers a message stands where that message stands. */
export function threadOf({ peer }: Pick<OutboundMessage, "peer">): { readonly thread_ts?: string } {
  return isTs(peer.threadId) ? { thread_ts: peer.threadId } : {};
}

type Buttons = OutboundMessage["buttons"];

function contentOf(text: RenderedText | undefined, buttons: Buttons, { isPlain = false }: SendForm) {
  const words = text?.markup ?? "";
  if (!buttons?.length) return words === "" ? undefined : { text: words };
  if (isPlain) return { text: [words, ...buttons.flat().map(({ label }) => `• ${escaped(label)}`)].join("\n").trim() };
  return { text: words === "" ? escaped(buttons.flat()[0]!.label) : words, blocks: blocksOf(text, buttons) };
}

/** Slack's limits. */
const sectionCharsMax = 3000;
const buttonsPerRow = 25;
const labelCharsMax = 75;

function blocksOf(text: RenderedText | undefined, buttons: NonNullable<Buttons>) {
  const sections = pieces(text?.markup ?? "").map((piece) => ({
    type: "section" as const,
    text: { type: "mrkdwn" as const, text: piece },
    expand: true,
  }));
  const rows = buttons.filter((row) => row.length > 0).map((row, index) => actions(row, index));
  return [...sections, ...rows];
}

function actions(row: readonly Button[], rowIndex: number) {
  return {
    type: "actions" as const,
    elements: row.slice(0, buttonsPerRow).map(({ label, value }, index) => ({
      type: "button" as const,
      action_id: `clawdia_${rowIndex}_${index}`,
      text: { type: "plain_text" as const, text: label.slice(0, labelCharsMax), emoji: true },
      value,
    })),
  };
}

/** Cut at the end of a line where there is one. */
function pieces(markup: string): readonly string[] {
  const cut: string[] = [];
  let rest = markup;
  while (rest.length > sectionCharsMax) {
    const newline = rest.lastIndexOf("\n", sectionCharsMax);
    const end = newline > 0 ? newline : sectionCharsMax;
    cut.push(rest.slice(0, end));
    rest = rest.slice(newline > 0 ? end + 1 : end);
  }
  return rest === "" ? cut : [...cut, rest];
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign]!);
}
