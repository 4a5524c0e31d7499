/** A message of the past, as an engine reads it. */
export interface PastMessage {
  readonly role: "user" | "assistant";
  readonly text: string;
}

/** Tokens of one turn. */
export interface TurnUsage {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

export const zeroTurnUsage: TurnUsage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
