/** What a chat sees of a turn: its reply, its draft, its typing sign. It starts no runs and decides on no message. */
export { LiveTurns } from "./live-turns.ts";
export { limitsOf, type Markup, Replies, type TextLimits } from "./replies.ts";
