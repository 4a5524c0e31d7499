import type { ModelCost, VendorKind, VendorQuirks } from "../../config/index.ts";
import type { ModelRef } from "../engine.ts";

/** A model that may be chosen, as lists show it. */
export interface ModelChoice extends ModelRef {
  readonly name: string;
  readonly contextTokens: number | null;
  readonly maxOutputTokens?: number | undefined;
  readonly reasoning?: boolean | undefined;
  readonly images?: boolean | undefined;
  readonly tools?: boolean | undefined;
  readonly cost?: ModelCost | undefined;
  /** Whether there is a key, where one is needed. */
  readonly available: boolean;
}

/** Whom to ask, how, and with which key. The key never leaves for a log, an error or a reply. */
export interface Vendor {
  readonly id: string;
  readonly kind: VendorKind;
  /** Undefined: the vendor's own address. */
  readonly baseUrl: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly quirks: VendorQuirks;
  readonly contextTokens: number | undefined;
  readonly numCtx: number | undefined;
  /** Runs on this machine or in its network: slower, free, and not a matter of keys. */
  readonly isLocal: boolean;
  readonly needsKey: boolean;
}

export interface ModelTarget {
  readonly choice: ModelChoice;
  readonly vendor: Vendor;
  readonly apiKey: string | undefined;
}
