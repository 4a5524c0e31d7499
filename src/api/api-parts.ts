import type { HttpSettings } from "../config/index.ts";
import type { Toolbox } from "../engine/index.ts";
import type { Log } from "../lib/index.ts";
import type { AskedParts } from "./asked.ts";
import type { BearerParts } from "./bearer-door.ts";
import type { TalkParts } from "./talk.ts";

/** All that the doors of the API stand on. */
export interface ApiParts extends AskedParts, TalkParts, BearerParts {
  readonly settings: () => HttpSettings;
  readonly toolbox: Toolbox;
  readonly startedAtMs: number;
  readonly log: Log;
}
