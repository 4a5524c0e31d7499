import type { ChosenModel, WantedModel } from "../engine/index.ts";
import { oneLine } from "../lib/index.ts";
import { GatewayError } from "../protocol/index.ts";
import { another, keep, keyVendors, modelsOf, offersOf, ownKey, ownServer } from "./model-offers.ts";
import { type Led, ledBy, type PartRoom, said } from "./part.ts";
import { back, skip } from "./step.ts";

/** Which model answers: offered, chosen by the person, and asked one real question before it is taken. */

const saidCharsMax = 200;

export async function modelPart(room: PartRoom): Promise<Led> {
  for (let { before } = room; ; before = undefined) {
    const { talk, desk, title } = room;
    const found = await desk.parts.modelSetup.detect();
    const offers = offersOf(found, desk.model);
    const isEmpty = found.servers.length + found.keys.length === 0;
    const nothing =
      "Nothing was found on this machine. Ollama (ollama.com) runs models here for nothing; or take a vendor.";
    const choice = await talk.select({
      title,
      message: said(
        before,
        "Which model should answer? It is asked one question before it is taken.",
        ...offers.remarks,
      ).concat(isEmpty ? `\n\n${nothing}` : ""),
      options: offers.options,
    });
    const led = choice === keep ? "next" : ledBy(choice);
    if (led) return led;
    const wanted = offers.wanted.get(choice) ?? (await wantedBy(room, choice, offers.unnamed.get(choice)));
    const end = wanted && (await tried(room, wanted));
    if (end) return end;
  }
}

/** What the person describes; undefined when they go back. */
function wantedBy(room: PartRoom, choice: string, vendor: string | undefined): Promise<WantedModel | undefined> {
  if (vendor !== undefined) return named(room, vendor);
  return choice === ownServer ? onServer(room) : withKey(room, choice);
}

async function withKey(room: PartRoom, choice: string): Promise<WantedModel | undefined> {
  if (choice !== ownKey) return undefined;
  const { talk, title } = room;
  const message = "Whose model? You need a key of theirs, and they bill what is used.";
  const vendor = await talk.select({ title, message, options: [...keyVendors, back] });
  if (ledBy(vendor)) return undefined;
  const models = modelsOf(vendor);
  const options = [...models, { value: another, label: "Another one, by name" }, back];
  const choiceOfModel =
    models.length === 0 ? another : await talk.select({ title, message: "Which of its models?", options });
  if (ledBy(choiceOfModel)) return undefined;
  const wanted = choiceOfModel === another ? await named(room, vendor) : { model: choiceOfModel };
  const apiKey = wanted && (await keyFrom(room, wanted.model));
  return apiKey === undefined ? undefined : { ...wanted!, apiKey };
}

async function named({ talk, title }: PartRoom, vendor: string): Promise<WantedModel | undefined> {
  const message = `What does ${vendor} call the model?`;
  const name = await talk.text({ title, message, placeholder: "Name of the model", options: [back] });
  return ledBy(name) ? undefined : { model: `${vendor}/${name}` };
}

/** Undefined when the person goes back. */
async function keyFrom({ talk, title }: PartRoom, model: string): Promise<string | undefined> {
  const key = await talk.text({
    title,
    message: `The key for ${model}. It goes to the vendor and into a file of its own that only you may read.`,
    placeholder: "Key",
    sensitive: true,
    options: [back],
  });
  return ledBy(key) ? undefined : key;
}

async function onServer(room: PartRoom): Promise<WantedModel | undefined> {
  const { talk, title } = room;
  const kind = await talk.select({
    title,
    message: "What does the server speak?",
    options: [
      { value: "openai-compatible", label: "OpenAI's API", hint: "most do: vLLM, LM Studio, llama.cpp, LiteLLM, …" },
      { value: "ollama", label: "Ollama's API" },
      { value: "anthropic", label: "Anthropic's API" },
      back,
    ],
  });
  if (ledBy(kind)) return undefined;
  const baseUrl = await addressFrom(room, kind);
  if (baseUrl === undefined) return undefined;
  const wanted = await named(room, "own");
  if (!wanted) return undefined;
  const server = { kind: kind as "openai-compatible" | "ollama" | "anthropic", baseUrl };
  const needsKey = await talk.confirm({ title, message: "Does the server want a key?" });
  const apiKey = needsKey ? await keyFrom(room, wanted.model) : "";
  return apiKey === undefined ? undefined : { ...wanted, server, ...(apiKey !== "" && { apiKey }) };
}

async function addressFrom({ talk, title }: PartRoom, kind: string): Promise<string | undefined> {
  const example = kind === "openai-compatible" ? "http://192.168.1.5:8000/v1" : "http://192.168.1.5:11434";
  for (let complaint = ""; ;) {
    const url = await talk.text({
      title,
      message: said(complaint, `Where does it answer? For example: ${example}`),
      placeholder: "Address",
      options: [back],
    });
    if (ledBy(url)) return undefined;
    if (/^https?:\/\//.test(url) && URL.canParse(url)) return url;
    complaint = "That is no address: it begins with http:// or https://.";
  }
}

/** One real question. Undefined when another model is to be chosen. */
async function tried(room: PartRoom, first: WantedModel): Promise<Led | undefined> {
  const { talk, desk, title } = room;
  for (let wanted = first; ;) {
    const message = `Asking ${wanted.model} one question. A model of your own machine may have to be loaded first.`;
    const outcome = await talk.during({ title, message, options: [back] }, (signal) =>
      desk.parts.modelSetup.choose(wanted, false, signal).then(
        (chosen): Tried => ({ chosen }),
        (error: unknown): Tried => ({ problem: problemOf(error) }),
      ),
    );
    if (outcome.kind === "left") return undefined;
    const { chosen, problem } = outcome.value;
    if (chosen) return (await isWelcome(room, chosen)) ? "next" : undefined;
    const way = await talk.select({
      title,
      message: `That did not work: ${problem!.message}`,
      options: [
        ...(problem!.isKey ? [{ value: "key", label: "Give a key, and try again" }] : []),
        { value: "again", label: "Try again" },
        { value: another, label: "Choose another model" },
        skip("the built-in echo repeats what you write"),
      ],
    });
    if (way === another) return undefined;
    if (way === "@skip") return "skipped";
    const apiKey = way === "key" ? await keyFrom(room, wanted.model) : undefined;
    if (apiKey !== undefined) wanted = { ...wanted, apiKey };
  }
}

interface Tried {
  readonly chosen?: ChosenModel;
  readonly problem?: { readonly message: string; readonly isKey: boolean };
}

/** What a person can do something about; anything else is a fault of ours and goes up. */
function problemOf(error: unknown): { readonly message: string; readonly isKey: boolean } {
  if (!(error instanceof GatewayError)) throw error;
  return { message: error.message, isKey: error.options.details?.["reason"] === "auth" };
}

async function isWelcome({ talk, title }: PartRoom, { model, trial, isUsed }: ChosenModel): Promise<boolean> {
  if (trial?.kind !== "answered") return true;
  const words = trial.text.trim() === "" ? "" : ` It said: ${oneLine(trial.text.trim(), saidCharsMax)}`;
  const other = isUsed ? "" : "The config names another model, which wins: models.default.";
  const answered = `${model} answered in ${trial.latencyMs} ms`;
  if (trial.calledTool) {
    await talk.note({ title, message: said(`${answered} and can use tools.${words}`, other) });
    return true;
  }
  const way = await talk.select({
    title,
    message: said(`${answered}, but did not call the tool: it can talk, and do nothing.${words}`, other),
    options: [
      { value: keep, label: "Keep it all the same" },
      { value: another, label: "Choose another model" },
    ],
  });
  return way === keep;
}
