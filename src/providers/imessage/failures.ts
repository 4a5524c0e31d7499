import { DeliveryError } from "../errors.ts";

/**
 * What can go wrong with a call of imsg, and what it means. Everything here is pure. What imsg says may hold names and
 * texts of people, so its words are recognised and never passed on.
 */
export type Failure =
  /** imsg answered, and said no. */
  | {
      readonly kind: "answered";
      readonly code: number;
      readonly meaning: Meaning;
      /** Its own word on whether something left, from newer versions. */
      readonly disposition?: string | undefined;
    }
  /** There is no answer. `mayHaveLeft` is false only when the request was certainly never written. */
  | { readonly kind: "broken"; readonly mayHaveLeft: boolean; readonly reason: string };

/** What we know imsg's words to mean. */
export type Meaning =
  | "fullDiskAccess"
  | "automation"
  | "busy"
  | "timeout"
  | "ghost"
  | "noChat"
  | "noReply"
  | "noMethod"
  | "noBridge"
  | "badRequest"
  | "other";

const words: Readonly<Record<Meaning, string>> = {
  fullDiskAccess: "it may not read the Messages database",
  automation: "macOS does not let it control Messages",
  busy: "it is busy",
  timeout: "Messages did not answer it in time",
  ghost: "Messages took the message and did not send it",
  noChat: "Messages has no such chat or message",
  noReply: "it cannot quote here",
  noMethod: "this version does not know the method",
  noBridge: "it needs imsg's bridge into Messages, which is not running",
  badRequest: "it does not take the request",
  other: "it failed",
};

/** First match counts. The words are those of imsg, AppleScript and SQLite. */
const recognised: readonly (readonly [pattern: RegExp, meaning: Meaning])[] = [
  [
    /full disk access|authorization denied|unable to open database|permission denied.*chat\.db|\(23\)/i,
    "fullDiskAccess",
  ],
  [/-1743|not authori[sz]ed to send apple events|automation permission|not allowed to send apple/i, "automation"],
  [/database is locked|server busy|busy/i, "busy"],
  [/-1712|timed? ?out/i, "timeout"],
  [/ghost|unjoined/i, "ghost"],
  [/reply_to/i, "noReply"],
  [/bridge|imcore|\binject|\bSIP\b/i, "noBridge"],
  [
    /unknown chat|chat not found|no such (chat|message)|message not found|-1728|can.t get (chat|buddy|participant)/i,
    "noChat",
  ],
];

export const rpcCodes = {
  mayHaveCompleted: -32_001,
  noDatabase: -32_002,
  noBridge: -32_003,
  laneBlocked: -32_004,
  busy: -32_000,
  noMethod: -32_601,
  badParams: -32_602,
  internal: -32_603,
} as const;

/** An error object of JSON-RPC, as imsg made it. */
export function answeredFailure(code: number, message: string, data: unknown): Failure {
  const detail = typeof data === "string" ? data : JSON.stringify(data ?? "");
  const disposition = dispositionOf(data);
  return { kind: "answered", code, meaning: meaningOf(code, `${message} ${detail}`), disposition };
}

function dispositionOf(data: unknown): string | undefined {
  if (typeof data !== "object" || data === null || !("disposition" in data)) return undefined;
  return typeof data.disposition === "string" ? data.disposition : undefined;
}

function meaningOf(code: number, said: string): Meaning {
  if (code === rpcCodes.noMethod) return "noMethod";
  if (code === rpcCodes.busy || code === rpcCodes.laneBlocked) return "busy";
  if (code === rpcCodes.noBridge) return "noBridge";
  if (code === rpcCodes.noDatabase) return /locked|busy/i.test(said) ? "busy" : "fullDiskAccess";
  const known = recognise(said);
  if (known !== undefined) return known;
  return code === rpcCodes.badParams || code === -32_600 || code === -32_700 ? "badRequest" : "other";
}

/** What a text of imsg, on whatever stream, is about. */
export function recognise(said: string): Meaning | undefined {
  return recognised.find(([pattern]) => pattern.test(said))?.[1];
}

/** A call that failed. Its text is for people; it holds nothing that imsg or anybody wrote. */
export class CallError extends Error {
  override readonly name = "CallError";
  readonly method: string;
  readonly failure: Failure;

  constructor(method: string, failure: Failure) {
    super(describe(method, failure));
    this.method = method;
    this.failure = failure;
  }
}

function describe(method: string, failure: Failure): string {
  if (failure.kind === "answered") return `imsg refused ${method}: ${words[failure.meaning]} (${failure.code})`;
  return failure.mayHaveLeft
    ? `imsg did not answer ${method}: ${failure.reason}`
    : `imsg cannot be reached for ${method}: ${failure.reason}`;
}

/** What a failed call means for the message that it carried. */
export function deliveryErrorOf(error: CallError): DeliveryError {
  const { failure, message } = error;
  if (failure.kind === "broken") {
    return new DeliveryError(message, { isCertain: !failure.mayHaveLeft, isPermanent: false, cause: error });
  }
  const { code, meaning, disposition } = failure;
  if (disposition === "not_started") {
    return new DeliveryError(message, { isCertain: true, isPermanent: isFinal(code, meaning), cause: error });
  }
  if (disposition !== undefined || code === rpcCodes.mayHaveCompleted) {
    const isBlocked = code === rpcCodes.laneBlocked;
    return new DeliveryError(message, { isCertain: isBlocked, isPermanent: false, cause: error });
  }
  const isCertain = isRefusal(code, meaning);
  return new DeliveryError(message, { isCertain, isPermanent: isFinal(code, meaning), cause: error });
}

/** AppleScript fails before and after something left, and its words do not tell which. */
function isRefusal(code: number, meaning: Meaning): boolean {
  return code !== rpcCodes.internal || (meaning !== "other" && meaning !== "timeout");
}

function isFinal(code: number, meaning: Meaning): boolean {
  if (meaning === "ghost" || meaning === "noChat") return true;
  return code === rpcCodes.noMethod || code === rpcCodes.badParams || code === -32_600 || code === -32_700;
}

/** The method is not there, now or ever: the bridge does not run, or the version is too old. */
export function isMissingAbility({ failure }: CallError): boolean {
  return failure.kind === "answered" && (failure.meaning === "noMethod" || failure.meaning === "noBridge");
}
