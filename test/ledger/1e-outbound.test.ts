import { expect, test } from "bun:test";
import type { ToolCallContext, ToolOrigin } from "../../src/engine/index.ts";
import { messageTool } from "../../src/tools/index.ts";

/** Block 1E of the ledger: what an agent may send beside its reply. */

const origin: ToolOrigin = {
  provider: "telegram",
  accountId: "main",
  peer: { kind: "direct", id: "7" },
  senderId: "7",
};

const call = (isOwner: boolean): ToolCallContext => ({
  runId: "r",
  callId: "c",
  agentId: "main",
  sessionKey: "agent:main:main",
  signal: new AbortController().signal,
  origin,
  isOwner,
});

/** Nothing of the house may be touched: whoever touches it fails the test. */
const untouched = new Proxy({} as never, {
  get: (_target, name) => {
    throw new Error(`${String(name)} was touched`);
  },
});

const parts = { outbox: untouched, database: untouched, accounts: () => untouched, contentsFor: () => [] };

for (const input of [
  { text: "hi", to: "9" },
  { text: "hi", to: "9", channel: "telegram" },
  { file: "notes.txt", to: "-100" },
]) {
  test(`S-85 a guest has no message sent elsewhere: ${JSON.stringify(input)}`, async () => {
    expect(await messageTool(parts).run(input, call(false))).toEqual({
      text: "Only the owner may have messages sent to other chats.",
      isError: true,
    });
  });
}
