import type { Methods } from "../gateway/index.ts";
import { spanWords } from "../lib/index.ts";
import type { ResultOf } from "../protocol/index.ts";
import { bar, gathered, type Glyphs, sparkline } from "./glyphs.ts";
import type { Tone } from "./style.ts";
import { agoWords, countWords, megabyteWords, shown } from "./words.ts";

/** The gateway at one look, as lines of text. Pure: what it is drawn with, and how wide, is given. */

export interface PictureFacts {
  readonly status: Status;
  readonly url: string;
  /** SHA-256 of the certificate, where there is one. */
  readonly pin: string | undefined;
  /** What is wrong, the worst first, each with what helps. */
  readonly advice: readonly string[];
  /** What may be done next. */
  readonly hints: readonly string[];
  /** Who else is connected. */
  readonly clients: readonly string[];
  /** Undefined for who may not see them. */
  readonly devices: { readonly approved: number; readonly waiting: number } | undefined;
}

export interface Drawing {
  readonly columns: number;
  readonly glyphs: Glyphs;
  readonly paint: (tone: Tone, text: string) => string;
}

export const columnsUsed = { least: 40, most: 200 } as const;
/** From here on both ways of the traffic stand in one line, hour by hour. */
const wideColumns = 110;
/** What such a line takes beside the name and the numbers. */
const wideTaken = 89;
const labelColumns = 9;
const jobsShown = 3;
const sessionsShown = 5;

type Summary = ResultOf<Methods["status"]>;
export type Activity = NonNullable<Summary["activity"]>;
type Status = Summary & { readonly activity: Activity };
type Network = Status["activity"]["networks"][number];

export function drawStatus(facts: PictureFacts, drawing: Drawing): readonly string[] {
  const width = Math.max(columnsUsed.least, Math.min(columnsUsed.most, drawing.columns));
  const on = { ...drawing, columns: width };
  return [
    ...headLines(facts, on),
    ...adviceLines(facts, on),
    ...networkLines(facts.status, on),
    "",
    ...factLines(facts, on),
    ...sessionLines(facts.status, on),
  ].map((line) => fitted(line, width, on.glyphs));
}

function headLines({ status, url, pin }: PictureFacts, { columns, glyphs, paint }: Drawing): string[] {
  const { version, uptimeMs } = status.gateway;
  const title = `Clawdia ${shown(version, 32)}`;
  const since = `up ${spanWords(uptimeMs)}`;
  const rule = glyphs.rule.repeat(Math.max(1, columns - title.length - since.length - 3));
  return [
    `${paint("bold", title)} ${paint("dim", `${rule}${glyphs.rule}`)} ${paint("green", since)}`.trimEnd(),
    paint("dim", cut(shown(url), columns, glyphs)),
    ...(pin === undefined ? [] : [paint("dim", cut(`certificate ${pin}`, columns, glyphs))]),
  ];
}

function adviceLines({ advice, hints, status }: PictureFacts, drawing: Drawing): string[] {
  const { glyphs, paint } = drawing;
  const troubled = paint("yellow", glyphs.troubled);
  const allWell = status.activity.networks.every(isWell) ? [`${paint("green", glyphs.good)} all is well`] : [];
  const wrong = advice.length === 0 ? allWell : adviceWith(troubled, advice, drawing);
  return ["", ...wrong, ...adviceWith(paint("dim", glyphs.dot), hints, drawing)];
}

/** Each with the command that helps: beside it where there is room, else below. */
function adviceWith(mark: string, advice: readonly string[], { columns, glyphs, paint }: Drawing): string[] {
  return advice.flatMap((line) => {
    const text = shown(line);
    const at = text.lastIndexOf(": clawdia ");
    const [what, command] = at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 2)];
    const whole = wrapped(what, columns - 2).map((part, index) => (index === 0 ? `${mark} ${part}` : `  ${part}`));
    if (command === undefined) return whole;
    const last = Bun.stringWidth(what) <= columns - 2 ? what : undefined;
    const fits = last !== undefined && Bun.stringWidth(last) + command.length + glyphs.next.length + 4 <= columns;
    const shownCommand = `${glyphs.next} ${paint("cyan", command)}`;
    return fits ? [`${whole[0]} ${shownCommand}`] : [...whole, `  ${shownCommand}`];
  });
}

function networkLines({ activity }: Status, drawing: Drawing): string[] {
  const { atMs } = activity;
  // What is wrong comes first.
  const networks = activity.networks.toSorted((left, right) => Number(isWell(left)) - Number(isWell(right)));
  if (networks.length === 0) return [];
  const { columns, glyphs, paint } = drawing;
  const isWide = columns >= wideColumns;
  const bars = isWide ? 24 : columns >= 70 ? 12 : 8;
  const max = Math.max(1, ...networks.flatMap((network) => ways(network, bars).flat()));
  const digits = Math.max(...networks.flatMap((network) => [sum(network.in), sum(network.out)])).toString().length;
  const room = isWide ? columns - wideTaken - 2 * digits : columns < 60 ? 12 : 20;
  const nameColumns = Math.min(28, room, Math.max(9, ...networks.map((network) => Bun.stringWidth(nameOf(network)))));
  const way = (word: string, values: readonly number[], lastMs: number | undefined, total: number) => {
    const last = lastMs === undefined ? "never" : agoWords(lastMs, Math.max(atMs, lastMs));
    const line = paint(total === 0 ? "dim" : "cyan", sparkline(values, glyphs, max));
    const count = String(total).padStart(digits);
    return `${paint("dim", word)} ${line} ${count} ${paint("dim", last.padEnd(isWide ? 12 : 0))}`;
  };
  const lines = networks.flatMap((network) => {
    const [came, went] = ways(network, bars);
    const name = padded(cut(nameOf(network), nameColumns, glyphs), nameColumns);
    const head = `${markOf(network, drawing)} ${name}`;
    const arrived = way(isWide ? "in" : "in ", came, network.lastInAtMs, sum(network.in));
    const left = way("out", went, network.lastOutAtMs, sum(network.out));
    const trouble = isWell(network) || network.cure !== undefined ? [] : troubleLines(network, drawing);
    if (isWide) return [`${head}  ${arrived}  ${left}`.trimEnd(), ...trouble];
    const indent = " ".repeat(2 + nameColumns);
    return [`${head}  ${arrived}`.trimEnd(), `${indent}  ${left}`.trimEnd(), ...trouble];
  });
  return ["", paint("dim", `${"networks".padEnd(nameColumns + 2)}  messages of the last 24 hours`), ...lines];
}

/** Of one that helps itself; what needs a person stands above, with the command. */
function troubleLines({ state, reason }: Network, { columns, paint }: Drawing): string[] {
  const words = `${shown(state)}${reason === undefined ? "" : `: ${shown(reason)}`}`;
  return wrapped(words, columns - 4).map((line) => `    ${paint("yellow", line)}`);
}

function factLines({ status, clients, devices }: PictureFacts, drawing: Drawing): string[] {
  const { columns, glyphs, paint } = drawing;
  const { activity, gateway, sessions } = status;
  const { waiting, leaving, held, lost } = activity.messages;
  const loud = (count: number, words: string) => (count === 0 ? `0 ${words}` : paint("yellow", `${count} ${words}`));
  const barColumns = Math.max(10, Math.min(40, columns - 44));
  const budget = activity.memoryBudgetBytes;
  const isOver = gateway.rssBytes > budget;
  const memory = bar(gateway.rssBytes, budget, barColumns, glyphs);
  const facts: [string, string][] = [
    [
      "queue",
      [`${waiting} waiting`, `${leaving} leaving`, loud(held, "held"), loud(lost, "lost")].join(` ${glyphs.dot} `),
    ],
    [
      "memory",
      `${paint(isOver ? "yellow" : "green", memory)} ${megabyteWords(gateway.rssBytes)} of ${megabyteWords(budget)}`,
    ],
    ["runs", `${gateway.runsActive === 0 ? "none" : gateway.runsActive} now ${glyphs.dot} ${shown(gateway.model)}`],
    ["jobs", jobWords(activity, glyphs)],
    ["nodes", nodeWords(activity.nodes, drawing)],
    [
      "clients",
      [`${gateway.connections} connected`, ...clients.map((name) => shown(name, 64))].join(` ${glyphs.dot} `),
    ],
    ["devices", deviceWords(devices, drawing)],
    ["tailnet", tailnetWords(gateway.tailscale, drawing)],
    ["sessions", String(sessions.count)],
  ];
  return facts
    .filter(([, words]) => words !== "")
    .map(
      ([name, words]) => `${paint("dim", name.padEnd(labelColumns))}${fitted(words, columns - labelColumns, glyphs)}`,
    );
}

function tailnetWords(found: Status["gateway"]["tailscale"], { paint }: Drawing): string {
  if (!found) return "";
  const who = found.mode === "serve" ? "for the tailnet" : "for the whole internet";
  return found.url === undefined ? paint("yellow", `${found.mode}, not yet`) : `${shown(found.url)}, ${who}`;
}

function jobWords({ jobs, jobCount, atMs }: Status["activity"], glyphs: Glyphs): string {
  if (jobCount === 0) return "";
  if (jobs.length === 0) return `${countWords(jobCount, "job")}, none of them planned`;
  const next = jobs
    .slice(0, jobsShown)
    .map(({ name, nextAtMs }) => `${shown(name, 40)} in ${spanWords(Math.max(0, nextAtMs - atMs))}`);
  return [...next, ...(jobCount > next.length ? [`${jobCount - next.length} more`] : [])].join(` ${glyphs.dot} `);
}

function nodeWords(nodes: Status["activity"]["nodes"], { glyphs, paint }: Drawing): string {
  return nodes
    .map(({ name, isOnline }) => {
      const mark = isOnline ? paint("green", glyphs.good) : paint("dim", glyphs.off);
      return `${mark} ${shown(name, 40)}`;
    })
    .join("  ");
}

function deviceWords(devices: PictureFacts["devices"], { paint }: Drawing): string {
  if (!devices) return "";
  const waiting = devices.waiting === 0 ? "" : `, ${paint("yellow", `${devices.waiting} waiting for approval`)}`;
  return `${devices.approved} approved${waiting}`;
}

function sessionLines({ sessions, activity }: Status, { columns, glyphs, paint }: Drawing): string[] {
  const recent = sessions.recent.slice(0, sessionsShown);
  if (recent.length === 0) return [];
  const last = recent.map(({ updatedAt }) => agoWords(updatedAt, Math.max(activity.atMs, updatedAt ?? 0)));
  const tokens = recent.map(({ totalTokens }) => `${totalTokens ?? 0} tokens`);
  const [lastColumns, tokenColumns] = [last, tokens].map((texts) => Math.max(...texts.map((text) => text.length)));
  const keyColumns = columns - 6 - lastColumns! - tokenColumns!;
  const keys = recent.map(({ key }) => cut(shown(key), Math.max(12, keyColumns), glyphs));
  const widest = Math.max(...keys.map((key) => Bun.stringWidth(key)));
  return [
    "",
    paint("dim", "used last"),
    ...keys.map((key, at) => {
      const facts = `${last[at]!.padEnd(lastColumns!)}  ${tokens[at]!.padStart(tokenColumns!)}`;
      return `  ${padded(key, widest)}  ${paint("dim", facts)}`;
    }),
  ];
}

function markOf(network: Network, { glyphs, paint }: Drawing): string {
  if (network.state === "connected") return paint("green", glyphs.good);
  return isWell(network) ? paint("dim", glyphs.off) : paint("yellow", glyphs.troubled);
}

/** One that was switched off is as it is meant, and one that connects is on its way. */
function isWell({ state }: Network): boolean {
  return state === "connected" || state === "stopped" || state === "connecting";
}

function nameOf({ label, handle }: Network): string {
  return handle === undefined ? shown(label) : `${shown(label)} ${shown(handle)}`;
}

function ways(network: Network, bars: number): [number[], number[]] {
  return [gathered(network.in, bars), gathered(network.out, bars)];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - Bun.stringWidth(text)));
}

function cut(text: string, width: number, { more }: Glyphs): string {
  return Bun.stringWidth(text) <= width ? text : fitted(text, width, { more });
}

/** Cut to the width; colours take no room and are closed. */
function fitted(text: string, width: number, { more }: Pick<Glyphs, "more">): string {
  if (Bun.stringWidth(text) <= width) return text;
  let [kept, used] = ["", 0];
  for (const piece of text.split(/(\u001b\[\d+m)/)) {
    if (piece.startsWith("\u001b[")) {
      kept += piece;
      continue;
    }
    for (const character of piece) {
      const wide = Bun.stringWidth(character);
      if (used + wide > width - 1) return `${kept}${more}${kept.includes("\u001b[") ? "\u001b[0m" : ""}`;
      kept += character;
      used += wide;
    }
  }
  return kept;
}

/** Words on as many lines as they need; a word that is too long for one has one to itself. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && Bun.stringWidth(last) + 1 + Bun.stringWidth(word) <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}
