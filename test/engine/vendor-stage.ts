import { expect } from "bun:test";
import { Type } from "@sinclair/typebox";
import type { EngineEvent, Tool } from "../../src/engine/index.ts";
import {
  type Asked,
  chatChunk,
  eventStream,
  lastSaid,
  type ScriptedVendor,
  wireSettings,
} from "../doubles/model-vendors.ts";
import { type ModelStage, modelStage, type StageOptions } from "./model-stage.ts";

/** The engine in front of one scripted vendor, and what tests look at. */

export const first = "compatible/some/model-7b";

export function stageAt(vendor: ScriptedVendor, options: StageOptions = {}): ModelStage {
  const { compatible } = wireSettings(vendor.url);
  const { models, ...rest } = options;
  return modelStage({ models: { default: first, vendors: { compatible }, ...models }, ...rest });
}

export function tool(name: string, run: Tool["run"], effect: Tool["effect"] = "unsafe"): Tool {
  return { name, description: name, params: Type.Object({ to: Type.String() }), effect, run };
}

export const says = (text: string) => Promise.resolve({ text });

export const messagesIn = ({ body }: Asked) => body["messages"] as unknown as { role: string; content: string }[];

export function results(events: readonly EngineEvent[]) {
  return events.flatMap((event) => (event.kind === "tool-end" ? [event.result] : []));
}

/** Why a turn failed; it must be for a reason outside of the program. */
export async function failureOfTurn(run: Promise<unknown>): Promise<{ failure: unknown; message: string }> {
  const error: unknown = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ name: "EngineError" });
  return error as { failure: unknown; message: string };
}

export const sendCall = (index: number, id: string) => ({
  index,
  id,
  type: "function",
  function: { name: "send", arguments: `{"to":"${id}"}` },
});

export function twoCalls(): Response {
  return eventStream(chatChunk({ tool_calls: [sendCall(0, "c1"), sendCall(1, "c2")] }, "tool_calls"));
}

/** Resolves once the vendor was asked. */
export async function asking(vendor: ScriptedVendor, times = 1): Promise<void> {
  while (vendor.asked.length < times) await new Promise((resolve) => setImmediate(resolve));
}

export const look: Tool = {
  name: "look",
  description: "Looks at a place.",
  params: Type.Object({ at: Type.String() }),
  effect: "read",
  run: () => Promise.resolve({ text: "a red square" }),
};

/** The answer of a mock that calls the tool once, for prompts that ask for it. */
export function wantsTool({ messages }: { readonly messages: readonly { readonly role: string }[] }): boolean {
  const said = lastSaid({ messages } as Parameters<typeof lastSaid>[0]);
  return said.startsWith("use the tool") && !messages.some(({ role }) => role === "tool");
}
