import { expect } from "bun:test";
import type { DeliveryError, Link, OutboundMessage, RenderedText } from "../../src/providers/index.ts";
import type { RecordingPorts } from "../doubles/recording-ports.ts";
import type { Fate, ProviderStage } from "./provider-stage.ts";

/** What the laws of providers share. */
export type ProviderLaw =
  | "a message is acknowledged only after it is stored"
  | "a message that was not stored comes again as the same message"
  | "our own messages do not come in"
  | "a verb is there exactly when it is named"
  | "a link is connecting, then connected and says who we are"
  | "a lost connection is told, and another link connects again"
  | "opening resolves while the network cannot be reached"
  | "revoked credentials end the link, and nothing is tried after that"
  | "without credentials the link says what to do"
  | "after dispose nothing comes in and nothing is told"
  | "an aborted send rejects at once"
  | "a failed send says whether it may have left"
  | "a rate limit says when to come back"
  | "a second send of one message is what the network's identity says"
  | "direct, group and thread are told apart, and we are meant only when we are"
  | "media is fetched only when it is asked for, and only up to its limit"
  | "recorded payloads decode as they did"
  | "neither secrets nor texts are in logs and errors"
  | "text arrives as the house rendered it"
  | "the same edit twice is no error";

/** A link at work. Whatever a law does, no secret and no text may be in the log by its end. */
export interface Scene<Settings> {
  readonly stage: ProviderStage<Settings>;
  readonly ports: RecordingPorts;
  readonly link: Link;
}

export type Linked<Settings> = (title: ProviderLaw, run: (scene: Scene<Settings>) => Promise<void>) => void;
export type Staged<Settings> = (
  title: ProviderLaw,
  run: (stage: ProviderStage<Settings>, ports: RecordingPorts) => Promise<void>,
) => void;

export const bobsText = "text that bob wrote: grün 😀";
export const ourText: RenderedText = { markup: "text that we wrote", plain: "text that we wrote" };

type FateRow = readonly [fate: Fate, isCertain: boolean, isPermanent: boolean];

const fates: readonly FateRow[] = [
  ["refused", true, false],
  ["refused for good", true, true],
  ["rate limited", true, false],
  ["cut", false, false],
  ["unanswered", false, false],
  ["unreachable", true, false],
];

/** What may take the link with it comes last. */
export function fatesOn<Settings>({ endsWhenCut }: ProviderStage<Settings>): readonly FateRow[] {
  const isEnd = ([fate]: FateRow) => fate === "unreachable" || (endsWhenCut === true && fate === "cut");
  return [...fates.filter((row) => !isEnd(row)), ...fates.filter(isEnd)];
}

export const never = new AbortController().signal;

let messageCount = 0;

/** Each is another message; to send one again, keep it. */
export function message(peer: OutboundMessage["peer"], text = ourText): OutboundMessage {
  return { sendId: (++messageCount).toString(16).padStart(24, "0"), peer, text };
}

/** Sends into a fate that ends in a failure, with all the time that it takes. */
export async function failing<Settings>(
  stage: ProviderStage<Settings>,
  link: Link,
  fate: Fate,
): Promise<DeliveryError> {
  const { network, clock, sendPatienceMs } = stage;
  const before = network.sent().length;
  network.nextSend(fate);
  const failed = link.send(message(network.peer("direct")), never).then(
    () => expect.unreachable(`a send that is ${fate} fails`),
    (error: unknown) => error as DeliveryError,
  );
  if (fate === "unanswered") {
    await network.until(() => network.sent().length > before);
    await clock.advance(sendPatienceMs);
  }
  return failed;
}

export function expectNothingLeaked<Settings>(text: string, { confidential }: ProviderStage<Settings>): void {
  for (const secret of [...confidential, bobsText, ourText.plain]) expect(text).not.toContain(secret);
}
