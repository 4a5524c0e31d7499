import type { LinkState } from "../provider.ts";
import { type CallError, type Meaning, recognise } from "./failures.ts";

/** What a link tells when it ends, and the command that mends what only a person can. */
type Ending = Extract<LinkState, { readonly kind: "lost" | "logged-out" }>;

const addIMessage = "clawdia providers add imessage";

const byHand = (reason: string): Ending => ({ kind: "logged-out", reason, cure: addIMessage });
const lost = (reason: string): Ending => ({ kind: "lost", reason });

export const notLinked = byHand("no Mac with Messages is linked yet");

const permissions: Partial<Readonly<Record<Meaning, string>>> = {
  fullDiskAccess:
    "macOS does not let imsg read your messages: on the Mac open System Settings > Privacy & Security > Full Disk " +
    "Access, switch on the program that starts imsg (your terminal, or clawdia; over SSH: sshd-keygen-wrapper), and " +
    "start it anew",
  automation:
    "macOS does not let imsg control Messages: on the Mac open System Settings > Privacy & Security > Automation, " +
    "switch on Messages under the program that starts imsg (your terminal, or clawdia; over SSH: sshd-keygen-wrapper)",
};

/** The permission that a failed call lacks; undefined when it is something else. */
export function permissionWords({ failure }: CallError): Ending | undefined {
  const words = failure.kind === "answered" ? permissions[failure.meaning] : undefined;
  return words === undefined ? undefined : byHand(words);
}

/** What a call that failed means for the link itself. */
export function lastWords(error: CallError): Ending {
  return permissionWords(error) ?? lost(error.message);
}

const install = "install it there with: brew install steipete/tap/imsg";

/** The program could not be started at all. */
export function unstartable(command: string, host: string | undefined): Ending {
  if (host !== undefined) return byHand("the program ssh is not there: install OpenSSH, or put it into PATH");
  return byHand(`the program ${command} is not on this machine: on a Mac, ${install}; elsewhere set remoteHost`);
}

export interface ProgramEnd {
  /** `with exit code 3`, `by signal SIGKILL`. */
  readonly how: string;
  /** The last of what it said on standard error. Read, never shown. */
  readonly said: string;
  readonly host: string | undefined;
}

/** What ssh says of itself, and whether a person has to act. */
const sshWords: readonly (readonly [pattern: RegExp, isByHand: boolean, words: string])[] = [
  [
    /host key verification failed|remote host identification/i,
    true,
    "ssh does not trust the Mac's key: run ssh to it once by hand",
  ],
  [
    /permission denied|too many authentication|no supported authentication/i,
    true,
    "the Mac refuses our key: run ssh-copy-id to it, and allow Remote Login in its System Settings > General > Sharing",
  ],
  [
    /bad configuration|unknown option|bad owner or permissions/i,
    true,
    "ssh does not take its arguments or its config file",
  ],
  [/could not resolve/i, false, "ssh cannot find the Mac by its name"],
  [
    /connection refused/i,
    false,
    "the Mac refuses connections: is Remote Login on in its System Settings > General > Sharing?",
  ],
  [
    /timed out|no route|unreachable|connection (closed|reset)|broken pipe|kex_exchange/i,
    false,
    "the connection to the Mac broke or did not come about",
  ],
];

/** The program ended by itself. */
export function endWords({ how, said, host }: ProgramEnd): Ending {
  const where = host === undefined ? "this machine" : "the Mac";
  if (how.endsWith("exit code 127") || /command not found|imsg: not found/i.test(said)) {
    return byHand(`imsg is not on ${where}: ${install}`);
  }
  if (host !== undefined && how.endsWith("exit code 255")) {
    const known = sshWords.find(([pattern]) => pattern.test(said));
    if (known) return known[1] ? byHand(known[2]) : lost(known[2]);
    return lost("ssh to the Mac ended");
  }
  const meaning = recognise(said);
  const words = meaning === undefined ? undefined : permissions[meaning];
  return words === undefined ? lost(`imsg ended ${how}`) : byHand(words);
}
