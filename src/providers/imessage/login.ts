import { LoginError } from "../errors.ts";
import type { Account, LoginDone, LoginInput, LoginPorts, LoginStep } from "../provider.ts";
import { Cursor } from "./cursor.ts";
import { CallError } from "./failures.ts";
import { type Greeted, greet, startImsg, wordsOf } from "./greeting.ts";
import { macOf } from "./mac.ts";
import { hostPattern, hostSecret, type IMessageSettings, thisMac } from "./settings.ts";

/** Asks where Messages runs, starts imsg there, and reads from it before it keeps the answer. */
export async function* login(
  account: Account<IMessageSettings>,
  ports: LoginPorts,
): AsyncGenerator<LoginStep, LoginDone, LoginInput> {
  const { remoteHost } = account.settings;
  let host = remoteHost ?? thisMac;
  if (remoteHost === undefined) {
    const answer = yield {
      kind: "ask",
      name: hostSecret,
      label: "Where Messages runs",
      help:
        `Type ${thisMac} when this is the Mac with Messages; otherwise the Mac as ssh knows it, for instance ` +
        "me@mac.local. Its Remote Login must be on, and `ssh me@mac.local true` must work here without a password.",
      isSecret: false,
    };
    host = (answer.value ?? "").trim();
    if (!new RegExp(hostPattern).test(host))
      throw new LoginError(`that is no host: ${thisMac}, or for instance me@mac`);
  }
  yield { kind: "wait", message: `Asking imsg on ${host === thisMac ? "this machine" : host}` };
  const { self, abilities, tail } = await tryOut(account, ports, host);
  // What comes from now on counts, however long it takes until the account is opened.
  await Cursor.open(ports.records, ports.clock, tail);
  if (remoteHost === undefined) ports.secrets.set(hostSecret, host);
  const bridge = abilities.hasBridge ? "" : " Without imsg's bridge there are no reactions, edits and quotes of ours.";
  return { self, message: `Linked to ${self.name}.${bridge} macOS may ask once whether Messages may be controlled.` };
}

async function tryOut(account: Account<IMessageSettings>, ports: LoginPorts, host: string): Promise<Greeted> {
  const mac = macOf(account.settings, host, ports.environment);
  const ended = Promise.withResolvers<string>();
  const hearing = { onNotification: () => undefined, onEnd: ({ reason }: { reason: string }) => ended.resolve(reason) };
  try {
    await using rpc = startImsg(mac, ports, hearing);
    return await greet(rpc, mac, ports.signal).catch(async (error: unknown) => {
      // How it ended says more than that it did not answer.
      const isGone = error instanceof CallError && error.failure.kind === "broken" && rpc.hasEnded;
      throw isGone ? new LoginError(await ended.promise) : error;
    });
  } catch (error) {
    const words = wordsOf(error);
    throw words ? new LoginError(words.reason) : error;
  }
}
