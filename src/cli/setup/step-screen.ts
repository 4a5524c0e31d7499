import type { Methods } from "../../gateway/index.ts";
import { realClock, slept } from "../../lib/index.ts";
import type { ResultOf } from "../../protocol/index.ts";
import { columnsMax, printLine, printText } from "../print.ts";
import { hiddenText, picked, pickedSeveral, written } from "../prompt.ts";
import { qrLines } from "../qr-code.ts";
import { hasColor, paint } from "../style.ts";
import { shown, shownText } from "../words.ts";
import { Keys } from "./keys.ts";
import { Stopped } from "./stopped.ts";

/** One step after the other on a plain terminal: what it says, and the person's answer. */

export type Reached = ResultOf<Methods["wizard.next"]>;
export type WizardStep = NonNullable<Reached["step"]>;

export interface Given {
  readonly stepId: string;
  readonly value?: unknown;
}

interface Way {
  readonly value: string;
  readonly label: string;
  readonly hint?: string | undefined;
}

/** Columns that text takes, also in a wide window. */
const textColumnsMax = 88;
const spinMs = 120;
const clearLine = "\r\u001b[K";
const spinner = ["|", "/", "-", "\\"] as const;

export class StepScreen {
  readonly #isPassing: boolean;
  #title = "";
  /** The step whose words stand on the screen. */
  #shown = "";
  #shownSinceMs = 0;
  #keys: Keys | undefined;
  /** The person wants the service, which can be installed once the gateway of this setup is gone. */
  wantsService = false;

  constructor({ isPassing }: { readonly isPassing: boolean }) {
    this.#isPassing = isPassing;
  }

  close(): void {
    this.#keys?.[Symbol.dispose]();
  }

  tell(trouble: string): void {
    printLine(paint("red", trouble));
    this.#shown = "";
  }

  /** The answer to a step that wants one. Without a step there is nothing to answer yet. */
  async ask(step: WizardStep | undefined): Promise<Given | { readonly stepId: undefined }> {
    if (!step) return { stepId: undefined };
    this.#say(step);
    const { id: stepId } = step;
    switch (step.type) {
      case "text":
        return { stepId, value: await textOf(step) };
      case "select":
        return { stepId, value: await choiceOf("Your choice", waysOf(step)) };
      case "confirm":
        return { stepId, value: (await choiceOf("Your answer", yesOrNo)) === "yes" };
      case "multiselect":
        return { stepId, value: await severalOf(step) };
      case "action":
        return { stepId, value: await this.#act(step) };
      default:
        await this.#goOn();
        return { stepId };
    }
  }

  /** Shows that something is under way until the gateway says more, or the person presses a key that leads off. */
  async wait(step: WizardStep, ask: (given: Given | undefined) => Promise<Reached>): Promise<Reached> {
    const isNew = this.#shown !== step.id;
    this.#say(step);
    if (step.placeholder === "qr" && isNew) printCode(step.initialValue);
    const ways = keyed(waysOf(step));
    if (isNew && ways.size > 0) printLine(paint("dim", wrapped(keyWords(ways))));
    const over = new AbortController();
    using keys = new Keys();
    this.#keys = keys;
    const spin = spinning(this.#shownSinceMs, over.signal);
    try {
      const key = keys
        .pressed([...ways.keys()])
        .then((pressed) => ask({ stepId: step.id, value: ways.get(pressed)!.value }));
      return await Promise.race([ask({ stepId: step.id }), key]);
    } finally {
      over.abort();
      await spin;
      this.#keys = undefined;
    }
  }

  #say({ id, title = "", message = "" }: WizardStep): void {
    if (this.#shown === id) return;
    this.#shown = id;
    this.#shownSinceMs = realClock.elapsedMs();
    if (title !== this.#title && title !== "") {
      this.#title = title;
      const line = shown(title, 256);
      printLine(`\n${paint("bold", line)}\n${paint("dim", "─".repeat(Bun.stringWidth(line)))}`);
    } else printLine();
    if (message !== "") printLine(wrapped(message));
  }

  async #goOn(): Promise<void> {
    using keys = new Keys();
    this.#keys = keys;
    printText(paint("dim", "Enter goes on "));
    await keys.pressed(["\r", "\n"]);
    this.#keys = undefined;
    printText(clearLine);
  }

  /** Installing the service is the one thing that is done here and not in the gateway. */
  async #act(step: WizardStep): Promise<unknown> {
    const off = waysOf(step)[0]?.value;
    if (!this.#isPassing) {
      printLine("A gateway runs in another window: stop it there, and type clawdia service install.");
      return off;
    }
    const ways = [
      { value: "yes", label: "Install the service" },
      { value: "no", label: "Not now" },
    ];
    this.wantsService = (await choiceOf("Your choice", ways)) === "yes";
    return this.wantsService ? true : off;
  }
}

const yesOrNo: readonly Way[] = [
  { value: "yes", label: "Yes" },
  { value: "no", label: "No" },
];

function waysOf({ options = [] }: WizardStep): readonly Way[] {
  return options.map(({ value, label, hint }) => ({
    value: String(value),
    label: shown(label, 256),
    hint: hint === undefined ? undefined : shown(hint, 512),
  }));
}

async function choiceOf(question: string, ways: readonly Way[]): Promise<string> {
  const choice = await picked(question, ways.map(whole));
  if (choice === undefined) throw new Stopped();
  return choice;
}

/** What it costs stands beside every option, not only beside the one under the cursor; each on a line of its own. */
function whole({ value, label, hint }: Way): Way {
  const line = hint === undefined ? label : `${label} (${hint})`;
  return { value, label: shown(line, Math.max(columnsMax() - markColumns, shortestLabel)) };
}

/** What a list has before each option and behind it. */
const markColumns = 4;
const shortestLabel = 16;

async function severalOf(step: WizardStep): Promise<readonly string[]> {
  const chosen = await pickedSeveral("Space marks, Enter goes on", waysOf(step).map(whole));
  if (chosen === undefined) throw new Stopped();
  return chosen;
}

/** What was typed; nothing leads back. */
async function textOf({ placeholder = "", sensitive }: WizardStep): Promise<string> {
  printLine(paint("dim", "Empty leads back."));
  const what = shown(placeholder, 128) || "Your answer";
  const line = sensitive ? undefined : await written(what, "");
  // Ctrl-D closes the terminal's input: nothing more can be asked.
  if (!sensitive && line === undefined && process.stdin.readableEnded) throw new Stopped();
  if (!sensitive) return line ?? "";
  const answer = await hiddenText(`${what}:`);
  if (answer === undefined) throw new Stopped();
  return answer;
}

/** Ways off with the key for each: the first letter of its label that is free. */
function keyed(ways: readonly Way[]): ReadonlyMap<string, Way> {
  const keys = new Map<string, Way>();
  for (const way of ways) {
    const letter = way.label
      .toLowerCase()
      .match(/[a-z]/g)
      ?.find((one) => !keys.has(one));
    if (letter !== undefined) keys.set(letter, way);
  }
  return keys;
}

function keyWords(ways: ReadonlyMap<string, Way>): string {
  return [...ways].map(([key, { label }]) => `[${key}] ${label}`).join("   ");
}

async function spinning(startedAtMs: number, over: AbortSignal): Promise<void> {
  for (let turn = 0; ; turn++) {
    const seconds = Math.floor((realClock.elapsedMs() - startedAtMs) / 1000);
    printText(`\r${paint("dim", `${spinner[turn % spinner.length]} ${seconds} s `)}`);
    if (!(await slept(realClock, spinMs, over))) break;
  }
  printText(clearLine);
}

/** As a drawing to scan, or as its text where it does not fit. */
function printCode(code: unknown): void {
  if (typeof code !== "string") return;
  const lines = qrLines(code, hasColor(), columnsMax());
  printLine(
    lines
      ? lines.join("\n")
      : `The window is too narrow for the code: make it wider, or use this text.\n${shown(code, 4096)}`,
  );
}

function wrapped(text: string): string {
  return Bun.wrapAnsi(shownText(text), Math.min(columnsMax(), textColumnsMax));
}
