import { defineCommand } from "citty";
import { type GatewayFlags, gatewayFlags } from "./gateway-flags.ts";

// A chat is for people: it prints no JSON and waits as long as it takes.
const { json: _json, timeout: _timeout, ...chatFlags } = gatewayFlags;

/** `clawdia chat`: a conversation in the terminal, or line by line from a pipe. */
export const chatCommand = defineCommand({
  meta: { name: "chat", description: "Chat with the agent in the terminal" },
  args: {
    session: { type: "string", description: "Session to chat in (default: the main one)", valueHint: "KEY" },
    ...chatFlags,
  },
  run: async ({ args }) => {
    const flags: GatewayFlags & { readonly session?: string | undefined } = args;
    const { runChat } = await import("./chat/chat.ts");
    process.exitCode = await runChat(flags, flags.session);
  },
});
