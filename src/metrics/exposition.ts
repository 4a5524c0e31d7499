/** Prometheus' text format, version 0.0.4. Pure. */

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels?: Labels;
  readonly value: number;
}

export interface Family {
  readonly name: string;
  /** One sentence; it stands beside the values. */
  readonly help: string;
  readonly kind: "counter" | "gauge";
  readonly samples: readonly Sample[];
}

export interface HistogramFamily {
  readonly name: string;
  readonly help: string;
  readonly kind: "histogram";
  readonly histogram: Histogram;
}

/** Counts values by upper bounds. */
export class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;
  #count = 0;

  /** Ascending; values above the last bound are counted too. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = bounds.map(() => 0);
  }

  add(value: number): void {
    this.#sum += value;
    this.#count++;
    const index = this.#bounds.findIndex((bound) => value <= bound);
    if (index !== -1) this.#counts[index]!++;
  }

  lines(name: string): string[] {
    let below = 0;
    const buckets = this.#bounds.map((bound, index) => {
      below += this.#counts[index]!;
      return `${name}_bucket{le="${bound}"} ${below}`;
    });
    return [
      ...buckets,
      `${name}_bucket{le="+Inf"} ${this.#count}`,
      `${name}_sum ${this.#sum}`,
      `${name}_count ${this.#count}`,
    ];
  }
}

/** Counts by labels, as many of them as there may be; what comes beyond is counted together. */
export class Counts {
  readonly #values = new Map<string, { readonly labels: Labels; value: number }>();
  readonly #labelsMax: number;

  constructor(labelsMax: number) {
    this.#labelsMax = labelsMax;
  }

  add(labels: Labels, amount = 1): void {
    const key = JSON.stringify(labels);
    const known = this.#values.get(key);
    if (known) known.value += amount;
    else if (this.#values.size < this.#labelsMax) this.#values.set(key, { labels, value: amount });
    else this.#addToOthers(labels, amount);
  }

  get samples(): readonly Sample[] {
    return [...this.#values.values()];
  }

  #addToOthers(labels: Labels, amount: number): void {
    const others = Object.fromEntries(Object.keys(labels).map((name) => [name, "other"]));
    const key = JSON.stringify(others);
    const known = this.#values.get(key) ?? { labels: others, value: 0 };
    known.value += amount;
    this.#values.set(key, known);
  }
}

export function expose(families: readonly (Family | HistogramFamily)[]): string {
  const lines = families.flatMap((family) => [
    `# HELP ${family.name} ${escapeHelp(family.help)}`,
    `# TYPE ${family.name} ${family.kind}`,
    ...(family.kind === "histogram"
      ? family.histogram.lines(family.name)
      : family.samples.map(({ labels = {}, value }) => `${family.name}${labelsText(labels)} ${value}`)),
  ]);
  return `${lines.join("\n")}\n`;
}

function labelsText(labels: Labels): string {
  const written = Object.entries(labels).map(([name, value]) => `${name}="${escapeValue(value)}"`);
  return written.length === 0 ? "" : `{${written.join(",")}}`;
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapeValue(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
