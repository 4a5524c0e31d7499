/** What of the setup is done. Read from what the gateway has; only what a person skipped is remembered. Pure. */

export const partNames = ["model", "network", "owner"] as const;
export type PartName = (typeof partNames)[number];

export interface SetupPart {
  readonly name: PartName;
  readonly state: "done" | "skipped" | "open";
  /** What is there, in words. */
  readonly summary?: string;
}

export interface SetupState {
  readonly parts: readonly SetupPart[];
  /** Nothing is missing that was not skipped. */
  readonly isFinished: boolean;
  /** Nothing is there, and nothing was skipped. */
  readonly isFresh: boolean;
}

export interface SetupFacts {
  /** The model that answers; undefined for the built-in echo. */
  readonly model: string | undefined;
  /** Linked accounts in words. */
  readonly networks: readonly string[];
  /** Owners in words. */
  readonly owners: readonly string[];
  readonly skipped: readonly string[];
}

const summaryCharsMax = 512;

export function stateOf({ model, networks, owners, skipped }: SetupFacts): SetupState {
  const found: Readonly<Record<PartName, string | undefined>> = {
    model,
    network: networks.length === 0 ? undefined : networks.join(", "),
    owner: owners.length === 0 ? undefined : owners.join(", "),
  };
  const parts = partNames.map((name): SetupPart => {
    const summary = found[name];
    if (summary !== undefined) return { name, state: "done", summary: summary.slice(0, summaryCharsMax) };
    // Without a network there is nobody to be the owner there.
    const isMoot = name === "owner" && found.network === undefined && skipped.includes("network");
    return { name, state: isMoot || skipped.includes(name) ? "skipped" : "open" };
  });
  return {
    parts,
    isFinished: parts.every(({ state }) => state !== "open"),
    isFresh: parts.every(({ state }) => state === "open"),
  };
}
