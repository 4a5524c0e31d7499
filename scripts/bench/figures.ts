import { say } from "../lib/run.ts";

/** One line of the report. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  /** The same work by a bare `Bun.serve`, where there is such a thing. */
  readonly floor?: number;
  readonly samples?: readonly number[];
}

export interface Goal {
  readonly text: string;
  readonly isMet: (figure: Figure) => boolean;
}

const atMost = (limit: number, unit: string): Goal => ({
  text: `≤ ${limit} ${unit}`,
  isMet: ({ value }) => value <= limit,
});
const atLeast = (limit: number, unit: string): Goal => ({
  text: `≥ ${limit.toLocaleString("en")} ${unit}`,
  isMet: ({ value }) => value >= limit,
});

/** What the project wants, by figure. */
export const goals: Readonly<Record<string, Goal>> = {
  "start to first hello-ok, state kept": atMost(40, "ms"),
  "first start ever to hello-ok": atMost(120, "ms"),
  "idle memory": atMost(50, "MB"),
  "memory per idle client": atMost(8, "KiB"),
  "handshake of a new device, p50": atMost(1.5, "ms"),
  "health round trip, p50": { text: "≤ floor + 15 µs", isMet: ({ value, floor = 0 }) => value <= floor + 15 },
  "health requests, 16 in flight": atLeast(100_000, "/s"),
  "health server processor time": { text: "≤ 1.5 × floor", isMet: ({ value, floor = 0 }) => value <= floor * 1.5 },
  "system-presence requests, 16 in flight": atLeast(120_000, "/s"),
  "memory after the loads": atMost(70, "MB"),
  "memory idle again": atMost(55, "MB"),
  "event to 100 clients": atLeast(800_000, "/s"),
  "accept to durable at 500/s, p99": atMost(15, "ms"),
  "clawdia --version": atMost(10, "ms"),
  "clawdia call health": atMost(30, "ms"),
  "clawdia status": atMost(30, "ms"),
  "size of the binary": atMost(140, "MB"),
};

export function printFigures(figures: readonly Figure[], wanted: Readonly<Record<string, Goal>>): void {
  const rows = figures.map((figure) => {
    const goal = wanted[figure.name];
    const ratio = figure.floor === undefined ? "" : `${(figure.value / figure.floor).toFixed(2)} ×`;
    const floor = figure.floor === undefined ? "" : shown(figure.floor);
    const verdict = goal === undefined ? "" : `${goal.isMet(figure) ? "met   " : "MISSED"} ${goal.text}`;
    return [figure.name, `${shown(figure.value)} ${figure.unit}`, floor, ratio, verdict];
  });
  const table = [["figure", "Clawdia", "floor", "ratio", "goal"], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  for (const row of table)
    say(
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join("  ")
        .trimEnd(),
    );
}

function shown(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString("en");
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
}
