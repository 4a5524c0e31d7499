import { expect, test } from "bun:test";
import { MessagesDouble } from "./messages-double.ts";

/** The double against what imsg documents of itself, line by line, without any code of ours between. */

async function talk(double: MessagesDouble, ...requests: readonly object[]): Promise<readonly unknown[]> {
  const imsg = Bun.spawn([...double.command], { stdin: "pipe", stdout: "pipe" });
  for (const [index, request] of requests.entries()) {
    await imsg.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: index + 1, ...request })}\n`);
  }
  await double.until(() => double.calls.length >= requests.length);
  await imsg.stdin.end();
  const lines = (await new Response(imsg.stdout).text()).split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as unknown);
}

const params = (values: object) => ({ jsonrpc: "2.0", ...values });

test("a new version tells what it can, and refuses what it does not know", async () => {
  await using double = new MessagesDouble({ hasBridge: false });
  const [status, odd] = await talk(double, { method: "status" }, { method: "chats.list", params: { chatId: 1 } });
  expect(status).toMatchObject({ id: 1, result: { version: "0.15.10", bridge: { ready: false } } });
  expect((status as { result: { methods: string[] } }).result.methods).not.toContain("tapback");
  expect(odd).toEqual(
    params({ id: 2, error: { code: -32_602, message: "Invalid params", data: "chats.list does not take chatId" } }),
  );
});

test("version 0.9 knows no status, and its send tells no guid", async () => {
  await using double = new MessagesDouble({ isModern: false });
  const answers = await talk(
    double,
    { method: "status" },
    { method: "send", params: { to: "+15552223333", text: "hi", odd: 1 } },
    { method: "send", params: { to: "+15552223333", chat_id: 1, text: "hi" } },
    { method: "send", params: { to: "+15552223333" } },
    { method: "messages.history", params: {} },
  );
  expect(answers).toEqual([
    params({ id: 1, error: { code: -32_601, message: "Method not found", data: "status" } }),
    params({ id: 2, result: { ok: true } }),
    params({ id: 3, error: { code: -32_602, message: "Invalid params", data: "use to or chat_*; not both" } }),
    params({ id: 4, error: { code: -32_602, message: "Invalid params", data: "text or file is required" } }),
    params({ id: 5, error: { code: -32_602, message: "Invalid params", data: "chat_id is required" } }),
  ]);
});

test("without Full Disk Access everything is refused with the reason as data, and the program lives on", async () => {
  await using double = new MessagesDouble();
  double.denial = "fullDiskAccess";
  const answers = await talk(double, { method: "chats.list" }, { method: "send", params: { to: "x", text: "y" } });
  expect(answers).toMatchObject([1, 2].map((id) => ({ id, error: { code: -32_603 } })));
});

test("a row has the fields that imsg documents", async () => {
  await using double = new MessagesDouble({ clock: { nowMs: () => 1_790_000_000_123 } });
  const bob = double.person({ name: "Bob", handle: "+15552223333" });
  const first = bob.says("hi");
  bob.says("a reply", { replyTo: first });
  bob.reacts(first, "love");
  const [answer] = await talk(double, { method: "messages.history", params: { chat_id: 1, attachments: true } });
  expect(answer).toMatchObject({
    result: {
      messages: [
        { text: "a reply", thread_originator_guid: first.guid, reply_to_text: "hi", reply_to_sender: "+15552223333" },
        {
          id: 101,
          chat_id: 1,
          chat_guid: "iMessage;-;+15552223333",
          chat_identifier: "+15552223333",
          is_group: false,
          is_from_me: false,
          sender: "+15552223333",
          created_at: "2026-09-21T14:13:20.123Z",
          destination_caller_id: "+15550001111",
        },
      ],
    },
  });
});
