import { expect, test } from "bun:test";
import type { EngineEvent, PastMessage } from "../../src/engine/index.ts";
import { type Asked, chatAnswer, chatToolCall, failure, ScriptedVendor } from "../doubles/model-vendors.ts";
import { marksOf, played, textOf, turnOf } from "./model-stage.ts";
import { failureOfTurn, messagesIn, says, stageAt, tool } from "./vendor-stage.ts";

/** Conversations that are longer than a model can read. */

const longHistory: PastMessage[] = Array.from({ length: 40 }, (_, index) => [
  { role: "user" as const, text: `question ${index} ${"word ".repeat(900)}` },
  { role: "assistant" as const, text: `answer ${index}` },
]).flat();

const isSummary = ({ body }: Asked) => JSON.stringify(body).includes("You sum up a conversation");

test("a conversation that grows too long is summed up before the step", async () => {
  await using vendor = new ScriptedVendor((request) => chatAnswer(isSummary(request) ? "They asked much." : "ok"));
  const events = await played(stageAt(vendor), turnOf({ history: longHistory }));
  const [compaction, step] = marksOf(events);
  expect(compaction).toMatchObject({
    kind: "compaction",
    summary: "They asked much.",
    usage: { input: 12, output: 3 },
  });
  expect(step).toMatchObject({ kind: "step", step: { step: 1 } });
  const keep = compaction?.kind === "compaction" ? compaction.keep : -1;
  expect(keep).toBeGreaterThan(0);
  expect(keep).toBeLessThan(longHistory.length);
  const messages = messagesIn(vendor.asked.at(-1)!);
  expect(messages[1]!.content).toContain("They asked much.");
  expect(messages[2]).toMatchObject(longHistory.at(-keep)?.role === "user" ? { role: "user" } : {});
  expect(messages.length).toBe(1 + 1 + keep + 1);
  expect(events.at(-1)).toMatchObject({ usage: { input: 24, output: 6 } });
  expect(textOf(events)).toBe("ok");
});

const overflow = () => failure(400, { message: "This model's maximum context length is 8192 tokens" });

test("a vendor that says it is too long gets a summary, at most twice", async () => {
  await using vendor = new ScriptedVendor((request) => (isSummary(request) ? chatAnswer("In short.") : overflow()));
  const history = longHistory.slice(0, 12);
  const events: EngineEvent[] = [];
  const error = await failureOfTurn(played(stageAt(vendor), turnOf({ history }), { events }));
  expect(error.failure).toBe("context_overflow");
  expect(marksOf(events).map(({ kind }) => kind)).toEqual(["compaction", "compaction"]);
});

test("an overflow goes by once the past is summed up", async () => {
  let refusals = 0;
  await using vendor = new ScriptedVendor((request) => {
    if (isSummary(request)) return chatAnswer("In short.");
    return refusals++ === 0
      ? failure(400, { message: "prompt is too long", code: "context_length_exceeded" })
      : chatAnswer("ok");
  });
  const events = await played(stageAt(vendor), turnOf({ history: longHistory.slice(0, 12) }));
  expect(marksOf(events).map(({ kind }) => kind)).toEqual(["compaction", "step", "end"]);
  expect(textOf(events)).toBe("ok");
});

test("a summary that cannot be had does not stop a turn that still fits", async () => {
  await using vendor = new ScriptedVendor((request) =>
    isSummary(request) ? failure(400, { message: "no" }) : chatAnswer("ok"),
  );
  const stage = stageAt(vendor);
  expect(textOf(await played(stage, turnOf({ history: longHistory })))).toBe("ok");
  expect(stage.log.of("compaction.failed").length).toBe(1);
});

test("what tools of the run brought is cut where there is no past to sum up", async () => {
  const read = tool("send", () => says("line\n".repeat(15_000)), "read");
  await using vendor = new ScriptedVendor(
    () => chatToolCall("c1", "send", '{"to":"a"}'),
    ({ body }) => (JSON.stringify(body).length > 60_000 ? overflow() : chatAnswer("read it")),
  );
  const events = await played(stageAt(vendor, { tools: [read] }));
  expect(textOf(events)).toBe("read it");
  expect(messagesIn(vendor.asked.at(-1)!).at(-1)!.content).toContain("characters left out");
});
