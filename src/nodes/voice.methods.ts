import { Type } from "@sinclair/typebox";
import { methodsFor, node, NoParams, operator, shape } from "../protocol/index.ts";
import { TalkMode, VoiceWakeTriggers } from "./nodes.events.ts";
import type { Voice } from "./voice.ts";

const { arrayOf, named, nonEmpty, optional, text } = shape;

interface Deps {
  readonly voice: Voice;
  /** Programs that skills need, for nodes that let those run without asking. */
  readonly skillBins: () => Promise<readonly string[]>;
}

const method = methodsFor<Deps>();

const Triggers = named("VoiceWakeResult", { triggers: VoiceWakeTriggers });

export const voiceMethods = {
  "voicewake.get": method({
    summary: "The words that wake the agent.",
    access: operator("read"),
    params: shape.lenient({}),
    result: Triggers,
    handle: (_params, { voice }) => ({ triggers: [...voice.triggers] }),
  }),
  "voicewake.set": method({
    summary: "Changes the words that wake the agent, on every device; none brings back those that we come with.",
    access: operator("write"),
    params: shape.lenient({ triggers: arrayOf(text(1024), 1024) }),
    result: Triggers,
    errors: ["UNAVAILABLE"],
    handle: async ({ triggers }, { voice }) => ({ triggers: [...(await voice.setTriggers(triggers))] }),
  }),
  "talk.mode": method({
    summary: "Tells all devices that talking by voice began, went on or ended.",
    access: operator("write"),
    params: named("TalkModeParams", { enabled: Type.Boolean(), phase: optional(text(64)) }),
    result: TalkMode,
    handle: ({ enabled, phase }, { voice }) => voice.talk(enabled, phase),
  }),
  "skills.bins": method({
    summary: "Programs that the agents' skills need.",
    access: node(),
    params: NoParams,
    result: named("SkillsBinsResult", { bins: arrayOf(nonEmpty(128), 1024) }),
    handle: async (_params, { skillBins }) => ({ bins: [...(await skillBins())] }),
  }),
};
