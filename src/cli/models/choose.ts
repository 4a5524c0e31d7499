import { RequestError } from "../../client/index.ts";
import { processEnvironment } from "../../config/index.ts";
import type { Methods } from "../../gateway/index.ts";
import type { ParamsOf, ResultOf } from "../../protocol/index.ts";
import { type Connected, withGateway } from "../connected.ts";
import { exitCodes } from "../exit-codes.ts";
import { Failure, refused, UsageError } from "../failure.ts";
import type { GatewayFlags } from "../gateway-flags.ts";
import { complain, printJson, printLine } from "../print.ts";
import { hasPerson, hidden, picked, written } from "../prompt.ts";
import { paint } from "../style.ts";
import { gist, shown } from "../words.ts";
import { abilityWords, type Detection, detectionLines } from "./detection.ts";

/** Testing and choosing a model, with words where it goes wrong. A key is never taken from the command line itself. */
export interface ModelFlags extends GatewayFlags {
  readonly "key-env"?: string | undefined;
  readonly "base-url"?: string | undefined;
  readonly kind?: string | undefined;
}

type Wanted = ParamsOf<Methods["models.test"]>;
type Trial = ResultOf<Methods["models.test"]>;
type Kind = NonNullable<Wanted["server"]>["kind"];

/** A model of one's own machine may have to be loaded first. */
const trialTimeoutMs = 300_000;
const kinds: readonly Kind[] = ["anthropic", "openai", "google", "openai-compatible", "ollama"];

export async function testModel(model: string, flags: ModelFlags): Promise<void> {
  const trial = await withGateway(flags, async (gateway) =>
    gateway.call("models.test", await described(gateway, model, flags), { timeoutMs: trialTimeoutMs }),
  );
  if (flags.json) printJson(trial);
  else if (trial.ok) printTrial(trial);
  if (!trial.ok) throw refused(shown(trial.message, 1024), trial.failure === "auth" ? keyCure(model) : undefined);
}

export async function chooseModel(
  model: string,
  flags: ModelFlags & { readonly force?: boolean | undefined },
): Promise<void> {
  await withGateway(flags, async (gateway) => {
    const wanted = await described(gateway, model, flags);
    await chosen(gateway, { ...wanted, ...(flags.force && { force: true }) }, flags);
  });
}

/** Shows what there is and asks. */
export async function chooseAsking(flags: ModelFlags): Promise<void> {
  if (!hasPerson()) throw refused("there is nobody to ask", "clawdia models choose vendor/model");
  await withGateway(flags, async (gateway) => {
    const [found, { models }] = await Promise.all([gateway.call("models.detect", {}), gateway.call("models.list", {})]);
    for (const line of detectionLines(found).slice(0, -2)) printLine(line);
    printLine();
    const wanted = await asked(found, models);
    if (!wanted) throw refused("nothing was chosen");
    await chosen(gateway, wanted, flags);
  });
}

type Listed = ResultOf<Methods["models.list"]>["models"];

const otherModel = "another";
const noModel = "builtin/echo";
async function asked(found: Detection, models: Listed): Promise<Wanted | undefined> {
  const local = found.servers.flatMap((server) =>
    server.models.map((model) => ({ reference: `${server.vendor}/${model.id}`, model, server })),
  );
  const listed = models.filter(({ provider, available }) => provider !== "builtin" && available !== false);
  const references = listed.map(({ provider, id }) => `${provider}/${id}`);
  const answer = await picked("Which model should answer?", [
    ...local.map(({ reference, model }) => ({ label: shown(reference), value: reference, hint: abilityWords(model) })),
    ...references.map((reference) => ({ label: shown(reference), value: reference, hint: "costs money" })),
    ...found.vendors
      .filter(({ hasKey }) => !hasKey)
      .map(({ label, model }) => ({ label: `${shown(label)}, with a key`, value: model, hint: shown(model) })),
    { label: "Another one", value: otherModel, hint: "vendor/model" },
    { label: "None for now", value: noModel, hint: "the built-in echo" },
  ]);
  if (answer !== otherModel) {
    const server = local.find(({ reference }) => reference === answer);
    if (!server) return answer === undefined ? undefined : { model: answer };
    return wantedOf(server.server, server.model);
  }
  const model = await written("Which one? (vendor/model)", "openrouter/vendor/model");
  return model === undefined ? undefined : { model };
}

function wantedOf(server: Detection["servers"][number], model: Detection["servers"][number]["models"][number]): Wanted {
  const { contextTokens, reasoning, images, tools } = model;
  return {
    model: `${server.vendor}/${model.id}`,
    server: { kind: server.kind, baseUrl: server.baseUrl },
    about: {
      ...(contextTokens !== undefined && { contextTokens }),
      ...(reasoning !== undefined && { reasoning }),
      ...(images !== undefined && { images }),
      ...(tools !== undefined && { tools }),
    },
  };
}

/** What was named, with the server it runs on: from the flags, or found on the gateway's machine. */
async function described({ call }: Connected, model: string, flags: ModelFlags): Promise<Wanted> {
  const apiKey = keyFrom(flags["key-env"]);
  const key = apiKey === undefined ? {} : { apiKey };
  const { "base-url": baseUrl, kind = baseUrl === undefined ? undefined : "openai-compatible" } = flags;
  if (kind !== undefined) {
    const known = kinds.find((one) => one === kind);
    if (!known) throw new UsageError(`--kind ${kind}: give one of ${kinds.join(", ")}`);
    return { model, ...key, server: { kind: known, ...(baseUrl !== undefined && { baseUrl }) } };
  }
  const { models } = await call("models.list", {});
  if (models.some(({ provider, id }) => `${provider}/${id}` === model || id === model)) return { model, ...key };
  const { servers } = await call("models.detect", {});
  const server = servers.find(({ vendor }) => model.startsWith(`${vendor}/`));
  const found = server?.models.find(({ id }) => isNamed(model, server.vendor, id));
  return server && found ? { ...wantedOf(server, found), ...key } : { model, ...key };
}

/** Ollama's names may leave out the tag. */
function isNamed(model: string, vendor: string, id: string): boolean {
  return model === `${vendor}/${id}` || `${model}:latest` === `${vendor}/${id}`;
}

function keyFrom(variable: string | undefined): string | undefined {
  if (variable === undefined) return undefined;
  const key = processEnvironment()[variable]?.trim();
  if (key) return key;
  throw new UsageError(`--key-env ${variable}: there is no such variable in the environment, or it is empty`);
}

type Choice = ParamsOf<Methods["models.choose"]>;

async function chosen({ call }: Connected, wanted: Choice, flags: ModelFlags): Promise<void> {
  if (!flags.json && !wanted.force && wanted.model !== noModel)
    complain(`Asking ${shown(wanted.model)} one question …`);
  const ask = (choice: Choice) => call("models.choose", choice, { timeoutMs: trialTimeoutMs });
  const done = await ask(wanted).catch(async (error: unknown) => {
    if (!wantsKey(error) || wanted.apiKey !== undefined || flags.json || !hasPerson()) throw told(error, wanted.model);
    printLine(shown(error.message, 1024));
    const apiKey = await hidden("Key:");
    if (apiKey === undefined) throw refused("nothing was chosen");
    return ask({ ...wanted, apiKey });
  });
  if (flags.json) return printJson(done);
  if (done.trial) printTrial(done.trial);
  printLine(
    done.isUsed
      ? `${paint("green", shown(done.model))} answers from the next message on.`
      : `${shown(done.model)} is remembered, but the config names another model, which wins: models.default.`,
  );
}

function printTrial({ latencyMs, calledTool, text }: Trial): void {
  const tool = calledTool ? "called the tool" : paint("yellow", "did not call the tool: it can talk, and do nothing");
  printLine(`It answered in ${latencyMs} ms and ${tool}.${text ? ` It said: ${gist(text)}` : ""}`);
}

function wantsKey(error: unknown): error is RequestError {
  return reasonOf(error) === "auth";
}

function reasonOf(error: unknown): unknown {
  const details = error instanceof RequestError ? error.shape.details : undefined;
  return typeof details === "object" && details !== null && "reason" in details ? details.reason : undefined;
}

/** A failed trial with the command that helps; everything else is told as elsewhere. */
function told(error: unknown, model: string): unknown {
  if (!(error instanceof RequestError) || reasonOf(error) === undefined) return error;
  const next = wantsKey(error) ? keyCure(model) : `clawdia models test ${shown(model)}`;
  const { message, shape } = error;
  return new Failure(shown(message, 1024), { exitCode: exitCodes.refused, code: shape.code, shape, next });
}

const keyCure = (model: string) => `clawdia models choose ${shown(model)} --key-env NAME`;
