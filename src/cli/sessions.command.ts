import { defineCommand } from "citty";
import { type Connected, withGateway } from "./connected.ts";
import { refused, wholeNumber } from "./failure.ts";
import { type GatewayFlags, gatewayFlags } from "./gateway-flags.ts";
import { messageText, type SaidMessage } from "./messages.ts";
import { printJson, printLine } from "./print.ts";
import { confirmed } from "./prompt.ts";
import { paint } from "./style.ts";
import { printFacts, printTable } from "./table.ts";
import { agoWords, countWords, gist, shown, shownText, timeWords } from "./words.ts";

/** `clawdia sessions`: the conversations there are. */

const key = { type: "positional", required: true, description: "Session key, for instance main" } as const;
const limit = (description: string) => ({ type: "string", description, valueHint: "N" }) as const;

export const sessionsCommand = defineCommand({
  meta: { name: "sessions", description: "List, read and tidy conversations" },
  default: "list",
  subCommands: {
    list: defineCommand({
      meta: { name: "list", description: "List sessions, the one used last first" },
      args: {
        limit: limit("How many at most (default 50)"),
        search: { type: "string", description: "Only those whose key, label or title has this", valueHint: "TEXT" },
        ...gatewayFlags,
      },
      run: ({ args }) => list(args),
    }),
    show: defineCommand({
      meta: { name: "show", description: "Show a session and its last messages" },
      args: { key, limit: limit("How many messages (default 20)"), ...gatewayFlags },
      run: ({ args }) => show(args.key, args),
    }),
    preview: defineCommand({
      meta: { name: "preview", description: "Show the last messages of a session, cut short" },
      args: { key, limit: limit("How many messages (default 12)"), ...gatewayFlags },
      run: ({ args }) => preview(args.key, args),
    }),
    rename: defineCommand({
      meta: { name: "rename", description: "Give a session a label" },
      args: {
        key,
        label: { type: "positional", required: true, description: 'New label; "" removes it' },
        ...gatewayFlags,
      },
      run: ({ args }) => rename(args.key, args.label, args),
    }),
    reset: defineCommand({
      meta: { name: "reset", description: "Start a new conversation under the same key" },
      args: { key, ...gatewayFlags },
      run: ({ args }) => reset(args.key, args),
    }),
    delete: defineCommand({
      meta: { name: "delete", description: "Delete a session and what was said in it" },
      args: { key, yes: { type: "boolean", description: "Do not ask" }, ...gatewayFlags },
      run: ({ args }) => remove(args.key, args),
    }),
    compact: defineCommand({
      meta: { name: "compact", description: "Set all but the newest messages aside" },
      args: { key, keep: limit("How many messages stay (default 400)"), ...gatewayFlags },
      run: ({ args }) => compact(args.key, args.keep, args),
    }),
  },
});

async function list(
  flags: GatewayFlags & { readonly limit?: string | undefined; readonly search?: string | undefined },
): Promise<void> {
  const found = await withGateway(flags, ({ call }) =>
    call("sessions.list", {
      limit: wholeNumber("limit", flags.limit) ?? 50,
      ...(flags.search && { search: flags.search }),
      includeGlobal: true,
      includeDerivedTitles: true,
      includeLastMessage: true,
    }),
  );
  if (flags.json) return printJson(found);
  if (found.sessions.length === 0)
    return printLine(flags.search ? "No session fits." : "No sessions yet. Start one: clawdia chat");
  printTable(
    ["SESSION", "TITLE", "LAST USED", "TOKENS", "LAST MESSAGE"],
    found.sessions.map((session) => [
      session.key,
      gist(session.label ?? session.derivedTitle),
      agoWords(session.updatedAt, found.ts),
      String(session.totalTokens ?? 0),
      gist(session.lastMessagePreview),
    ]),
  );
}

async function show(written: string, flags: GatewayFlags & { readonly limit?: string | undefined }): Promise<void> {
  const limitMax = wholeNumber("limit", flags.limit, { max: 1000 }) ?? 20;
  const { session, history, ts } = await withGateway(flags, async (gateway) => {
    const sessionKey = await existing(gateway, written);
    const { sessions, ts: atMs } = await gateway.call("sessions.list", {
      search: sessionKey.slice(0, 256),
      includeGlobal: true,
      includeUnknown: true,
    });
    const row = sessions.find((candidate) => candidate.key === sessionKey);
    const said = await gateway.call("chat.history", { sessionKey, limit: limitMax });
    return { session: row, history: said, ts: atMs };
  });
  if (flags.json) return printJson({ session, ...history });
  printFacts([
    ["session", paint("bold", shown(session?.key ?? written))],
    ["label", shown(session?.label)],
    ["kind", session?.kind],
    ["model", session?.model === undefined ? "the default" : shown(session.model)],
    ["thinking", shown(history.thinkingLevel)],
    ["tokens", String(session?.totalTokens ?? 0)],
    ["last used", agoWords(session?.updatedAt, ts)],
  ]);
  printLine();
  for (const message of history.messages) printMessage(message);
}

async function preview(written: string, flags: GatewayFlags & { readonly limit?: string | undefined }): Promise<void> {
  const limitMax = wholeNumber("limit", flags.limit, { max: 50 }) ?? 12;
  const { previews } = await withGateway(flags, ({ call }) =>
    call("sessions.preview", { keys: [written], limit: limitMax }),
  );
  const [found] = previews;
  if (found?.status === "missing") throw noSession(written);
  if (flags.json) return printJson(found);
  for (const { role, text } of found?.items ?? []) printLine(`${paint("dim", `${role}:`)} ${gist(text)}`);
}

async function rename(written: string, label: string, flags: GatewayFlags): Promise<void> {
  const done = await withGateway(flags, async (gateway) => {
    const sessionKey = await existing(gateway, written);
    return gateway.call("sessions.patch", { key: sessionKey, label: label === "" ? null : label });
  });
  if (flags.json) return printJson(done);
  printLine(
    label === "" ? `${shown(done.key)} has no label now.` : `${shown(done.key)} is called "${shown(label)}" now.`,
  );
}

async function reset(written: string, flags: GatewayFlags): Promise<void> {
  const done = await withGateway(flags, async (gateway) =>
    gateway.call("sessions.reset", { key: await existing(gateway, written) }),
  );
  if (flags.json) return printJson(done);
  printLine(`${shown(done.key)} starts anew.`);
}

async function remove(written: string, flags: GatewayFlags & { readonly yes?: boolean | undefined }): Promise<void> {
  const done = await withGateway(flags, async (gateway) => {
    const sessionKey = await existing(gateway, written);
    const isSure = flags.yes || (await confirmed(`Delete ${shown(sessionKey)} and everything said in it?`));
    // Ending a run may take the gateway a while.
    return isSure ? gateway.call("sessions.delete", { key: sessionKey }, { timeoutMs: 30_000 }) : undefined;
  });
  if (!done) throw refused("nothing was deleted");
  if (flags.json) return printJson(done);
  printLine(`${shown(done.key)} is deleted.`);
}

async function compact(written: string, keep: string | undefined, flags: GatewayFlags): Promise<void> {
  const maxLines = wholeNumber("keep", keep, { max: 1_000_000 });
  const done = await withGateway(flags, async (gateway) =>
    gateway.call("sessions.compact", {
      key: await existing(gateway, written),
      ...(maxLines !== undefined && { maxLines }),
    }),
  );
  if (flags.json) return printJson(done);
  const kept = countWords(done.kept ?? 0, "message");
  printLine(
    done.compacted ? `${kept} kept, ${shown(done.archived)} set aside.` : `${kept} kept, nothing to set aside.`,
  );
}

/** The canonical key of a session that is there. Without this, a mistyped key would make a new session. */
async function existing({ call }: Connected, written: string): Promise<string> {
  const { previews } = await call("sessions.preview", { keys: [written], limit: 1 });
  if (previews[0]?.status === "missing") throw noSession(written);
  const { key: canonical } = await call("sessions.resolve", { key: written });
  return canonical;
}

function noSession(written: string) {
  return refused(`there is no session ${shown(written)}`, "clawdia sessions list");
}

function printMessage(message: SaidMessage): void {
  const who = message.role === "user" ? paint("cyan", "user") : paint("green", "assistant");
  printLine(`${who} ${paint("dim", timeWords(message.timestamp))}`);
  printLine(shownText(messageText(message)));
  printLine();
}
