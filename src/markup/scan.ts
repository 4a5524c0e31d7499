import type { Style } from "./blocks.ts";

/** What the reader of a block's text holds while it goes from left to right. */
export interface Scan {
  readonly source: string;
  at: number;
  readonly nodes: Node[];
  /** What was found to be styled, as ranges of nodes. */
  readonly ranges: Range[];
  /** The delimiter read last: they form a chain, so that taking some out costs nothing. */
  lastDelimiter: Delimiter | undefined;
  readonly brackets: Bracket[];
  /** Opening HTML tags that wait for their end, by what they mean. */
  readonly tags: Map<MarkName, number[]>;
  /** Where bare addresses may begin, in order, and the next of them. */
  readonly addresses: readonly number[];
  addressIndex: number;
  readonly code: CodeRuns;
}

export type MarkName = Exclude<keyof Style, "href">;

/** A piece of text. Those that were marks become empty when the marks pair. */
export interface Node {
  text: string;
  readonly isCode?: boolean;
  readonly href?: string;
}

/** Nodes from `from` up to, not including, `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly mark: MarkName | undefined;
  readonly href?: string;
}

export interface Delimiter {
  readonly node: number;
  readonly mark: string;
  /** Marks that did not pair yet, and how many there were. */
  count: number;
  readonly written: number;
  readonly canOpen: boolean;
  readonly canClose: boolean;
  previous: Delimiter | undefined;
  next: Delimiter | undefined;
}

export interface Bracket {
  readonly node: number;
  readonly isImage: boolean;
  /** Where its label begins. */
  readonly start: number;
  readonly delimiterBefore: Delimiter | undefined;
  /** False within a link: links do not nest. */
  isActive: boolean;
}

export function newScan(source: string, addresses: readonly number[], code: CodeRuns): Scan {
  return {
    source,
    at: 0,
    nodes: [],
    ranges: [],
    lastDelimiter: undefined,
    brackets: [],
    tags: new Map(),
    addresses,
    addressIndex: 0,
    code,
  };
}

/** Adds text and goes on behind what it stood for in the source. */
export function write(scan: Scan, text: string, length: number): void {
  scan.nodes.push({ text });
  scan.at += length;
}

/** All runs of backticks, found once: looking for a run's end then never looks at a place twice. */
export interface CodeRuns {
  lengthAt(at: number): number;
  /** The start of the next run of that length, if there is one. Asked for from left to right. */
  closing(from: number, length: number): number | undefined;
}

export function codeRuns(source: string): CodeRuns {
  const startsByLength = new Map<number, number[]>();
  const passed = new Map<number, number>();
  const pattern = /`+/g;
  for (const { 0: run, index } of source.matchAll(pattern)) {
    const starts = startsByLength.get(run.length);
    if (starts) starts.push(index);
    else startsByLength.set(run.length, [index]);
  }
  return {
    lengthAt: (at) => {
      let end = at;
      while (source[end] === "`") end++;
      return end - at;
    },
    closing: (from, length) => {
      const starts = startsByLength.get(length) ?? [];
      let index = passed.get(length) ?? 0;
      while (index < starts.length && starts[index]! < from) index++;
      passed.set(length, index);
      return starts[index];
    },
  };
}
