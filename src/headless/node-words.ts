import type { Absence } from "./machine.ts";

/** What a running node tells about itself, to `clawdia node status`. */

export type NodeLink =
  | { readonly kind: "connecting" }
  | { readonly kind: "open"; readonly sinceMs: number }
  | { readonly kind: "waiting"; readonly reason: string }
  | { readonly kind: "approval"; readonly requestId: string }
  | { readonly kind: "refused"; readonly reason: string };

export interface NodeStatus {
  readonly pid: number;
  readonly version: string;
  readonly nodeId: string;
  readonly displayName: string;
  readonly url: string;
  readonly link: NodeLink;
  /** Declared at the last connection. */
  readonly commands: readonly string[];
  readonly caps: readonly string[];
  readonly absences: readonly Absence[];
  readonly isCanvasRunning: boolean;
  /** Askings under way. */
  readonly running: number;
  /** Commands that wait for a person here. */
  readonly pending: number;
}
