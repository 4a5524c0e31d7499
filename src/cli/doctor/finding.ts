import type { Paths } from "../../lib/index.ts";
import type { Config, Environment } from "../../config/index.ts";
import type { Holder } from "../../storage/index.ts";

/** What the doctor looks at, and what it says. */

export interface Finding {
  /** `state.permissions`: the same for the same trouble, for programs. */
  readonly id: string;
  /** bad: it does not work, or is not safe. warn: it will hurt. note: worth knowing. well: looked at, and fine. */
  readonly level: "bad" | "warn" | "note" | "well";
  readonly text: string;
  /** The next command, or another cure. */
  readonly next?: string | undefined;
  /** Mends it without a loss, and says what it did. Only what is safe has one. */
  readonly mend?: (() => string | Promise<string>) | undefined;
}

export interface Scene {
  readonly environment: Environment;
  readonly paths: Paths;
  /** Undefined where the config cannot be used. */
  readonly config: Config | undefined;
  readonly profile: string | undefined;
  /** The living gateway of this state folder, as it wrote itself down. */
  readonly holder: Holder | undefined;
  readonly nowMs: number;
  /** Runs a program to its end. */
  readonly run: (command: readonly string[]) => Promise<{ readonly code: number; readonly stdout: string }>;
}

export type Look = (scene: Scene) => readonly Finding[] | Promise<readonly Finding[]>;

export function well(id: string, text: string): Finding {
  return { id, level: "well", text };
}
