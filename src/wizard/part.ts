import type { SetupDesk } from "./setup-desk.ts";
import type { Talk } from "./talk.ts";

/** One part of the setup: a piece of conversation that leads on, back or past itself. */

export type Led = "next" | "back" | "skipped";

export interface PartRoom {
  readonly talk: Talk;
  readonly desk: SetupDesk;
  /** Who sets up, as approvals remember it. */
  readonly by: string;
  /** `Model (1 of 4)`, above each of its steps. */
  readonly title: string;
  /** What has been done before, for the first thing that is said. */
  readonly before?: string | undefined;
}

export type Part = (room: PartRoom) => Promise<Led>;

/** The part that a way off a step leads to; undefined for what is no such way. */
export function ledBy(way: string): Led | undefined {
  if (way === "@back") return "back";
  return way === "@skip" ? "skipped" : undefined;
}

/** Paragraphs, without those that are not there. */
export function said(...paragraphs: readonly (string | undefined)[]): string {
  return paragraphs.filter((one) => one !== undefined && one !== "").join("\n\n");
}
