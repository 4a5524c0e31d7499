import { expect, test } from "bun:test";
import { clientOf, openApi, png, refusalOf } from "./api-house.ts";

/** OpenAI's own client against the gateway's newer API. */

test("a question is answered, and its response has the form that clients read", async () => {
  await using house = await openApi();
  const answer = await clientOf(house).responses.create({ model: "clawdia", input: "hi", instructions: "Be short." });
  expect([answer.status, answer.output_text, answer.model]).toEqual(["completed", "heard: hi", "clawdia"]);
  expect(answer.id).toMatch(/^resp_[0-9a-f]{32}$/);
  expect(answer.output).toMatchObject([
    { type: "message", role: "assistant", content: [{ type: "output_text", text: "heard: hi" }] },
  ]);
  expect(house.engine.turns[0]!.extraSystemPrompt).toBe("Be short.");
});

test("an answer streams as numbered events from its creation to its completion", async () => {
  await using house = await openApi();
  house.engine.answer = undefined;
  const stream = await clientOf(house).responses.create({ model: "clawdia", input: "hi", stream: true });
  const types: string[] = [];
  const numbers: number[] = [];
  const deltas: string[] = [];
  let text = "";
  for await (const event of stream) {
    types.push(event.type);
    numbers.push(event.sequence_number);
    if (event.type === "response.created") house.engine.say(event.response.id, "one ");
    if (event.type === "response.output_text.delta") {
      deltas.push(event.delta);
      const { runId } = house.engine.turns[0]!;
      if (deltas.length === 1) house.engine.say(runId, "two");
      if (deltas.length === 1) house.engine.finish(runId);
    }
    if (event.type === "response.completed") text = event.response.output_text;
  }
  expect([deltas.join(""), text]).toEqual(["one two", "one two"]);
  expect(numbers).toEqual(numbers.map((_number, index) => index));
  expect(types.filter((type) => type !== "response.output_text.delta")).toEqual([
    "response.created",
    "response.in_progress",
    "response.output_item.added",
    "response.content_part.added",
    "response.output_text.done",
    "response.content_part.done",
    "response.output_item.done",
    "response.completed",
  ]);
});

test("the client's own helper puts the stream together", async () => {
  await using house = await openApi();
  const final = await clientOf(house).responses.stream({ model: "clawdia", input: "hi" }).finalResponse();
  expect([final.status, final.output_text]).toEqual(["completed", "heard: hi"]);
});

test("a response is gone on with by its id, by whoever got it", async () => {
  await using house = await openApi();
  const openai = clientOf(house);
  const first = await openai.responses.create({ model: "clawdia", input: "one" });
  await openai.responses.create({ model: "clawdia", input: "two", previous_response_id: first.id });
  const [before, after] = house.engine.turns;
  expect(after!.sessionKey).toBe(before!.sessionKey);
  expect(after!.history).toHaveLength(2);
  const lost = openai.responses.create({ model: "clawdia", input: "x", previous_response_id: "resp_nowhere" });
  expect(await refusalOf(lost)).toContain('404 previous_response_id "resp_nowhere" is not known here any more');
  const chat = await openai.chat.completions.create({ model: "clawdia", messages: [{ role: "user", content: "x" }] });
  const foreign = openai.responses.create({ model: "clawdia", input: "x", previous_response_id: chat.id });
  expect(await refusalOf(foreign)).toStartWith("404 ");
});

test("items are what was said, with pictures and text files", async () => {
  await using house = await openApi();
  await clientOf(house).responses.create({
    model: "clawdia",
    input: [
      { role: "developer", content: "Be kind." },
      { role: "user", content: "hi" },
      { role: "assistant", content: "hello" },
      {
        role: "user",
        content: [
          { type: "input_text", text: "look" },
          { type: "input_image", image_url: png, detail: "auto" },
          { type: "input_file", filename: "a.txt", file_data: `data:text/plain;base64,${btoa("plain words")}` },
        ],
      },
    ],
  });
  const { prompt, history, images, extraSystemPrompt } = house.engine.turns[0]!;
  expect([prompt, extraSystemPrompt]).toEqual(["look\n[File a.txt]\nplain words", "Be kind."]);
  expect([history.length, images?.length]).toEqual([2, 1]);
});

test("a run that fails is a failed response in its stream", async () => {
  await using house = await openApi();
  house.engine.answer = undefined;
  const stream = await clientOf(house).responses.create({ model: "clawdia", input: "hi", stream: true });
  const failed: unknown[] = [];
  for await (const event of stream) {
    if (event.type === "response.created") house.engine.fail(event.response.id);
    if (event.type === "response.failed") failed.push([event.response.status, event.response.error?.message]);
  }
  expect(failed).toEqual([["failed", "the model is away"]]);
});

const pdf = `data:application/pdf;base64,${btoa("%PDF-1.4\n\u00ff\u00fe\u0000")}`;
const refusals: readonly (readonly [name: string, more: object, words: string])[] = [
  ["tools of the client", { tools: [{ type: "function", name: "f" }] }, "tools of the client"],
  ["work in the background", { background: true }, "background is not offered"],
  ["a schema for its answer", { text: { format: { type: "json_schema", name: "x", schema: {} } } }, "text.format"],
  ["a conversation's id", { conversation: "conv_1" }, "previous_response_id"],
  [
    "a call's output",
    { input: [{ type: "function_call_output", call_id: "1", output: "x" }] },
    "runs its tools itself",
  ],
  [
    "nothing to answer",
    { input: [{ role: "assistant", content: "x" }] },
    "the last item must be a message of the user",
  ],
  [
    "a file that is no text",
    { input: [{ role: "user", content: [{ type: "input_file", filename: "a.pdf", file_data: pdf }] }] },
    "not text in UTF-8",
  ],
];

for (const [name, more, words] of refusals) {
  test(`a request with ${name} is refused in words`, async () => {
    await using house = await openApi();
    const refused = await refusalOf(clientOf(house).responses.create({ model: "clawdia", input: "hi", ...more }));
    expect(refused).toStartWith("400 ");
    expect(refused).toContain(words);
    expect(house.engine.turns).toEqual([]);
  });
}
