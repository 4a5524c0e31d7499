import type { Clock, Log } from "../lib/index.ts";

/** What the abilities know of the machine that they lend. */
export interface Machine {
  readonly platform: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly log: Log;
  /** Where this node keeps what it needs. */
  readonly folder: string;
  /** True for root, as whom Chromium has no sandbox. */
  readonly isRoot: boolean;
  /** The whole path of a program, or undefined when there is none. */
  readonly which: (name: string) => string | undefined;
  /** Names in a folder; none where there is no such folder. */
  readonly list: (folder: string) => readonly string[];
  /** The text of a small file of the system, or undefined. */
  readonly read: (path: string) => string | undefined;
  readonly exists: (path: string) => boolean;
}

/** Variables by which programs find the person's screen, sound and messages. */
export const desktopNames =
  "DISPLAY WAYLAND_DISPLAY XAUTHORITY XDG_RUNTIME_DIR XDG_SESSION_TYPE XDG_CURRENT_DESKTOP DBUS_SESSION_BUS_ADDRESS " +
  "DBUS_SYSTEM_BUS_ADDRESS PULSE_SERVER PULSE_RUNTIME_PATH";

/** An ability that is not there now, and what would bring it. */
export interface Absence {
  readonly commands: string;
  readonly why: string;
}

export function absent(commands: string, why: string): Absence {
  return { commands, why };
}
