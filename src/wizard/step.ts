import { type Static, Type } from "@sinclair/typebox";
import { shape } from "../protocol/index.ts";

/** What a person is asked or shown (section 5.14 of the wire document), and whether an answer fits. Pure. */

const { arrayOf, named, namedOneOf, nonEmpty, oneOf, optional, text } = shape;

/** Options of one step. */
export const optionsMax = 64;
/** Characters of an answer that is typed. */
export const answerCharsMax = 4096;
const messageCharsMax = 4096;

const WizardOption = named("WizardStepOption", {
  value: Type.Unknown(),
  label: nonEmpty(256),
  hint: optional(text(512)),
});

const StepType = namedOneOf("WizardStepType", "note", "select", "text", "confirm", "multiselect", "progress", "action");

export const WizardStep = named("WizardStep", {
  id: nonEmpty(64),
  type: StepType,
  title: optional(text(256)),
  message: optional(text(messageCharsMax)),
  options: optional(arrayOf(WizardOption, optionsMax)),
  initialValue: optional(Type.Unknown()),
  placeholder: optional(text(256)),
  sensitive: optional(Type.Boolean()),
  executor: optional(oneOf("gateway", "client")),
});
export type WizardStep = Static<typeof WizardStep>;

/** An option of a select, or a way off a step of another kind. */
export interface Way {
  readonly value: string;
  readonly label: string;
  readonly hint?: string | undefined;
}

/** A step before it has an id. Options of steps that offer no choice are ways off them. */
export interface Asked extends Omit<WizardStep, "id" | "options" | "initialValue"> {
  readonly options?: readonly Way[] | undefined;
  readonly initialValue?: string | undefined;
}

/** Ways that every client may offer as buttons of their own. */
export const back: Way = { value: "@back", label: "Back" };
export const skip = (hint?: string): Way => ({ value: "@skip", label: "Skip for now", hint });

/** In `placeholder` of a `progress` step: `initialValue` is what a QR code to scan holds. */
export const qrMark = "qr";

export type Answer = string | boolean | readonly string[];
export type Judged =
  | { readonly kind: "taken"; readonly answer: Answer }
  /** The person goes on waiting for what the step shows. */
  | { readonly kind: "wait" }
  | { readonly kind: "refused"; readonly why: string };

/** Whether a value answers the step. A text may be left empty: that leads back. */
export function judgeAnswer({ type, options = [] }: Asked, value: unknown): Judged {
  const isWay = typeof value === "string" && options.some((way) => way.value === value);
  if (isWay && type !== "multiselect") return { kind: "taken", answer: value };
  switch (type) {
    case "note":
    case "action":
      return { kind: "taken", answer: true };
    case "progress":
      return { kind: "wait" };
    case "confirm":
      return typeof value === "boolean" ? { kind: "taken", answer: value } : refused("answer true or false");
    case "text":
      return judgeText(value);
    case "multiselect":
      return judgeSeveral(options, value);
    default:
      return refused("choose one of the options");
  }
}

function judgeText(value: unknown): Judged {
  if (value === undefined || value === null) return { kind: "taken", answer: back.value };
  if (typeof value !== "string") return refused("answer with a text");
  if (value.length > answerCharsMax) return refused(`a text has at most ${answerCharsMax} characters`);
  const line = value.trim();
  return { kind: "taken", answer: line === "" ? back.value : line };
}

function judgeSeveral(options: readonly Way[], value: unknown): Judged {
  const known = new Set(options.map((way) => way.value));
  if (!Array.isArray(value) || !value.every((one) => typeof one === "string" && known.has(one))) {
    return refused("answer with a list of options");
  }
  return { kind: "taken", answer: [...new Set(value as string[])] };
}

function refused(why: string): Judged {
  return { kind: "refused", why: `wizard: ${why}` };
}

/** As it goes over the wire: what is absent is left out. */
export function stepOnWire(id: string, asked: Asked): WizardStep {
  const { options, title, message, initialValue, placeholder, sensitive, executor } = asked;
  return {
    id,
    type: asked.type,
    ...(title !== undefined && { title: title.slice(0, 256) }),
    ...(message !== undefined && message !== "" && { message: message.slice(0, messageCharsMax) }),
    ...(options && { options: options.slice(0, optionsMax).map(optionOnWire) }),
    ...(initialValue !== undefined && { initialValue }),
    ...(placeholder !== undefined && { placeholder }),
    ...(sensitive && { sensitive }),
    ...(executor && { executor }),
  };
}

function optionOnWire({ value, label, hint }: Way) {
  return { value, label: label.slice(0, 256) || value, ...(hint && { hint: hint.slice(0, 512) }) };
}
