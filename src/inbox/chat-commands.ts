import { GatewayError, type OperatorScope } from "../protocol/index.ts";
import type { SessionKey, Sessions } from "../sessions/index.ts";

/** What a person may type instead of talking to the agent: `/stop`, `/new`, `/status` … A table of values. */

export interface CommandParts {
  readonly sessions: Sessions;
  readonly stop: (key: SessionKey) => Promise<number>;
  readonly statusLines: (key: SessionKey) => readonly string[];
  /** Answers a question about a command of the agent; what the person reads. */
  readonly approve: (id: string, decision: string, by: string) => string;
  readonly models: readonly { readonly provider: string; readonly model: string }[];
  /** An address that makes one browser a screen, once, within minutes; with a name for it where one was given. */
  readonly screenLink: (name: string | undefined) => string;
}

export interface CommandCall {
  readonly sessionKey: SessionKey;
  /** What came behind the command's name. */
  readonly argument: string;
  readonly senderId: string;
  readonly isOwner: boolean;
  /** Nobody else reads the answer. */
  readonly isPrivate: boolean;
  readonly agentId: string;
}

export interface ChatCommand {
  readonly summary: string;
  /** Only the owner may use it; others are told so. */
  readonly ownerOnly: boolean;
  /** The answer holds what nobody else may have, so it is given where nobody else reads. */
  readonly privateOnly?: true;
  /** What a client of the gateway must hold to use it in WebChat: as for the method that does the same. */
  readonly scope: OperatorScope;
  readonly run: (call: CommandCall, parts: CommandParts) => Promise<string> | string;
}

const setting = (name: string, summary: string): ChatCommand => ({
  summary,
  ownerOnly: false,
  scope: "operator.admin",
  run: ({ sessionKey, argument }, { sessions }) => {
    if (argument === "") {
      const settings = sessions.find(sessionKey)?.settings as Readonly<Record<string, string>> | undefined;
      return `${name}: ${settings?.[name] ?? "off"}`;
    }
    sessions.patch(sessionKey, { [name]: argument });
    return `${name} is ${argument} now.`;
  },
});

const model: ChatCommand = {
  summary: "Shows or sets the model of this conversation: /model vendor/model, /model default.",
  ownerOnly: false,
  scope: "operator.admin",
  run: ({ sessionKey, argument }, { sessions, models }) => {
    if (argument === "") {
      const { model: chosen, modelProvider } = sessions.find(sessionKey)?.settings ?? {};
      const now = chosen === undefined ? "the agent's own" : `${modelProvider}/${chosen}`;
      return [`Model: ${now}`, ...models.map((choice) => `- ${choice.provider}/${choice.model}`)].join("\n");
    }
    const isDefault = argument.toLowerCase() === "default";
    sessions.patch(sessionKey, { model: isDefault ? null : argument });
    return isDefault ? "Back to the agent's own model." : `The model of this conversation is ${argument} now.`;
  },
};

const fresh: ChatCommand = {
  summary: "Starts a new conversation.",
  ownerOnly: false,
  scope: "operator.admin",
  run: ({ sessionKey }, { sessions }) => {
    sessions.reset(sessionKey);
    return "A new conversation. What is it about?";
  },
};

export const chatCommands: Readonly<Record<string, ChatCommand>> = {
  help: {
    summary: "Lists the commands.",
    ownerOnly: false,
    scope: "operator.write",
    run: () =>
      Object.entries(chatCommands)
        .map(([name, { summary }]) => `/${name} – ${summary}`)
        .join("\n"),
  },
  status: {
    summary: "Shows how this conversation and the gateway are.",
    ownerOnly: false,
    scope: "operator.write",
    run: ({ sessionKey }, { statusLines }) => statusLines(sessionKey).join("\n"),
  },
  whoami: {
    summary: "Shows your id at this network.",
    ownerOnly: false,
    scope: "operator.write",
    run: ({ senderId, isOwner }) => `Your id is ${senderId}.${isOwner ? " You are the owner." : ""}`,
  },
  stop: {
    summary: "Ends what the agent does now.",
    ownerOnly: false,
    scope: "operator.write",
    run: async ({ sessionKey }, { stop }) => ((await stop(sessionKey)) > 0 ? "Stopped." : "Nothing is running."),
  },
  new: fresh,
  reset: { ...fresh, summary: "The same as /new." },
  compact: {
    summary: "Sets old messages aside.",
    ownerOnly: false,
    scope: "operator.admin",
    run: async ({ sessionKey }, { sessions }) => {
      const session = sessions.find(sessionKey);
      const archived = session ? (await sessions.compact(session, keptMessages)).archived : 0;
      return archived === 0 ? "There is nothing to set aside." : `${archived} messages were set aside.`;
    },
  },
  model,
  think: setting("thinkingLevel", "Shows or sets how long the model thinks: off, minimal, low, medium, high, xhigh."),
  verbose: setting("verboseLevel", "Shows or sets whether tools are told of: off, on, full."),
  reasoning: setting("reasoningLevel", "Shows or sets whether the model's reasoning is told: off, on, stream."),
  usage: setting("responseUsage", "Shows or sets whether replies say what they cost: off, tokens, full."),
  approve: {
    summary: "Answers the agent's question about a command: /approve ID allow-once, allow-always or deny.",
    ownerOnly: true,
    scope: "operator.approvals",
    run: ({ argument, senderId }, { approve }) => {
      const [id = "", decision = "", ...rest] = argument.split(/\s+/);
      if (id === "" || decision === "" || rest.length > 0) return "Say /approve ID allow-once, allow-always or deny.";
      return approve(id, decision, senderId);
    },
  },
  screen: {
    summary: "Gives a link that makes one browser a screen of the agent: /screen, /screen NAME.",
    ownerOnly: true,
    privateOnly: true,
    scope: "operator.admin",
    run: ({ argument }, { screenLink }) => {
      const name = argument.replaceAll(/\s+/g, " ").slice(0, screenNameMax).trim();
      const url = screenLink(name === "" ? undefined : name);
      return [
        "Open this on the new screen within five minutes. It lets one browser in, once:",
        url,
        ...(isReadable(url) ? [insecureAdvice] : []),
      ].join("\n");
    },
  },
  activation: {
    summary: "In a group: answer when mentioned, or always.",
    ownerOnly: true,
    scope: "operator.admin",
    run: ({ sessionKey, argument }, { sessions }) => {
      sessions.patch(sessionKey, { groupActivation: argument === "" ? "mention" : argument });
      return `In this group I answer ${argument === "always" ? "always" : "when I am mentioned"} now.`;
    },
  },
};

const keptMessages = 20;
const screenNameMax = 64;
const insecureAdvice =
  "Browsers want https for any address but their own machine's: set canvasHost.publicUrl to one, or turn " +
  "gateway.tls.enabled on.";
const aliases: Readonly<Record<string, string>> = { commands: "help", id: "whoami", t: "think", models: "model" };
/** A whole message that means: stop what runs. */
const stopWords: readonly string[] = ["/stop", "stop", "esc", "abort", "wait", "exit", "interrupt"];

export interface ReadCommand {
  readonly name: string;
  readonly argument: string;
}

/** `/think high` or `/think: high`; a stop word alone. Undefined for everything else, also for unknown names. */
export function readCommand(text: string): ReadCommand | undefined {
  const said = text.trim();
  if (stopWords.includes(said.toLowerCase())) return { name: "stop", argument: "" };
  const match = /^\/([a-z]{1,32})(?::|\s|$)\s*([\s\S]*)$/i.exec(said);
  if (!match) return undefined;
  const written = match[1]!.toLowerCase();
  const name = Object.hasOwn(aliases, written) ? aliases[written]! : written;
  return Object.hasOwn(chatCommands, name) ? { name, argument: match[2]!.trim() } : undefined;
}

/** What the command answers; a refusal is an answer too. */
export async function runCommand({ name }: ReadCommand, call: CommandCall, parts: CommandParts): Promise<string> {
  const command = chatCommands[name]!;
  if (command.ownerOnly && !call.isOwner) return `/${name} is for the owner only.`;
  if (command.privateOnly && !call.isPrivate)
    return `/${name} answers only where nobody else reads: say it to me alone.`;
  try {
    return await command.run(call, parts);
  } catch (error) {
    if (error instanceof GatewayError) return error.message;
    throw error;
  }
}

/** Somebody on the way could read along, and another machine's browser gives such a page no key of its own. */
function isReadable(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === "http:" && !["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}
