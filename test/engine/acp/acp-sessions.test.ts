import { expect, test } from "bun:test";
import { acpStage, past } from "./stage.ts";

/** What an external agent knows of a conversation: over turns, new beginnings, restarts and crashes. */

test("a conversation stays in the agent's session; a new conversation gets a new one", async () => {
  await using stage = acpStage();
  const first = (await stage.tell("session")).text;
  expect((await stage.tell("session", { history: past })).text).toBe(first);
  expect((await stage.tell("session", { sessionKey: "agent:main:two" })).text).not.toBe(first);
  expect((await stage.tell("session", { history: past })).text).toBe(first);
  const fresh = (await stage.tell("session")).text;
  expect(fresh).not.toBe(first);
  expect(JSON.parse((await stage.tell("blocks", { history: past })).text)).toEqual([{ type: "text", text: "blocks" }]);
});

test("after a restart the agent takes its session up, and what it repeats of it is not heard", async () => {
  const stored = new Map<string, string>();
  let session = "";
  {
    await using before = acpStage({ stored });
    session = (await before.tell("session")).text;
  }
  await using after = acpStage({ stored });
  expect(await after.tell("session", { runId: "next", history: past })).toMatchObject({ text: session });
});

for (const trait of ["forgets", "forgetful"] as const) {
  test(`after a restart an agent that ${trait} is told what was said before, once`, async () => {
    const stored = new Map<string, string>();
    {
      await using before = acpStage({ stored, traits: [trait] });
      await before.tell("hello");
    }
    await using after = acpStage({ stored, traits: [trait] });
    const changes = { history: past, extraSystemPrompt: "Be brief." };
    expect(JSON.parse((await after.tell("blocks", { ...changes, runId: "next" })).text)).toEqual([
      { type: "text", text: "Be brief." },
      { type: "text", text: "What was said in this conversation so far:\n\nuser: hello\n\nassistant: hi" },
      { type: "text", text: "blocks" },
    ]);
    expect(JSON.parse((await after.tell("blocks", { history: past, runId: "later" })).text)).toEqual([
      { type: "text", text: "blocks" },
    ]);
  });

  test(`a turn that a crash cut is not given again to an agent that ${trait}`, async () => {
    const stored = new Map<string, string>();
    {
      await using before = acpStage({ stored, traits: [trait] });
      await before.tell("crash", { runId: "cut" });
    }
    await using after = acpStage({ stored, traits: [trait] });
    const again = await after.tell("hello", { runId: "cut" });
    expect(again.text).toBe("");
    expect(again.error?.message).toStartWith("agent coder was cut while it worked on this, and cannot take up");
    expect((await after.tell("hello", { runId: "next" })).text).toBe("heard: hello");
  });
}

test("a turn that a crash cut is taken up by an agent that loads its session, and it is told so", async () => {
  const stored = new Map<string, string>();
  {
    await using before = acpStage({ stored });
    await before.tell("crash", { runId: "cut" });
  }
  await using after = acpStage({ stored });
  const blocks = JSON.parse((await after.tell("blocks", { runId: "cut" })).text) as { text: string }[];
  expect(blocks).toHaveLength(2);
  expect(blocks[0]!.text).toStartWith("The gateway stopped while you worked on the following request.");
});

test("what is stored for a session and not ours is passed over", async () => {
  for (const text of ["", "null", "7", '"x"', "{", '{"sessionId":7,"runId":"r"}']) {
    await using stage = acpStage({ stored: new Map([["agent:main:main", text]]) });
    expect((await stage.tell("hello", { history: past })).text).toBe("heard: hello");
  }
});
