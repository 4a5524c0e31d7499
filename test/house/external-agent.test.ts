import { expect, test } from "bun:test";
import { join } from "node:path";
import { GatewayProcess } from "../app/gateway-process.ts";
import { temporaryFolder } from "../open-house.ts";

const script = join(import.meta.dir, "../doubles/acp-agent.ts");
const coder = { command: process.execPath, args: [script], permissions: "ask" };

test("an external agent answers in a chat, and the owner is asked for what it wants to do", async () => {
  using folder = temporaryFolder();
  await using gateway = await GatewayProcess.start(folder.path, {
    config: { externalAgents: { coder }, models: { default: "acp/coder" } },
  });
  using alice = await gateway.operator();
  const message = "ask allow_once reject_once";
  await alice.call("chat.send", { sessionKey: "main", message, idempotencyKey: "k1" });
  const { payload } = await alice.until(({ event }) => event === "exec.approval.requested");
  const { id, request } = payload as { readonly id: string; readonly request: Readonly<Record<string, unknown>> };
  expect(request).toMatchObject({
    host: "external agent",
    agentId: "main",
    command: expect.stringMatching(/^coder \(/),
  });
  await alice.call("exec.approval.resolve", { id, decision: "allow-once" });
  const end = await alice.until(({ event, payload: told }) => {
    return event === "chat" && (told as { readonly state: string }).state === "final";
  });
  expect(end.payload).toMatchObject({ runId: "k1", message: { content: [{ text: "o-allow_once" }] } });
});
