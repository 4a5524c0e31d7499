/** What both service managers can do, told as steps: shown by a dry run, done otherwise. */

export type Step =
  | { readonly kind: "folder"; readonly path: string; readonly owner?: string | undefined }
  | {
      readonly kind: "write";
      readonly path: string;
      readonly text: string;
      readonly mode: number;
      /** One that is there is a person's, and stays. */
      readonly onlyIfMissing: boolean;
      readonly owner?: string | undefined;
    }
  | { readonly kind: "remove"; readonly path: string }
  | {
      readonly kind: "run";
      readonly command: readonly string[];
      /** What to say when it fails and that is not the end; without it the failure ends the whole. */
      readonly orElse?: string;
    };

export interface ServiceState {
  readonly isInstalled: boolean;
  readonly isEnabled: boolean;
  readonly isRunning: boolean;
  /** The manager's own word: `active (running)`. */
  readonly word: string;
  readonly pid?: number | undefined;
  readonly restarts?: number | undefined;
  /** How the last process ended, where it did. */
  readonly lastExitCode?: number | undefined;
  /** What the gateway told the manager last. */
  readonly told?: string | undefined;
}

export interface ServiceManager {
  readonly kind: "systemd" | "launchd";
  readonly name: string;
  /** The unit or property list, and where it lies. */
  readonly file: { readonly path: string; readonly text: string };
  /** `isChanged`: the file on disk is another one, or there is none. */
  install(isChanged: boolean): readonly Step[];
  uninstall(): readonly Step[];
  start(): readonly Step[];
  stop(): readonly Step[];
  restart(): readonly Step[];
  state(run: RunProgram): Promise<ServiceState>;
  /** The command that shows what the manager kept of the output; undefined where it keeps none. */
  logs(options: { readonly lines: number; readonly follow: boolean; readonly json: boolean }): string[] | undefined;
}

export interface ProgramOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; one that is not there ends with 127. */
export type RunProgram = (command: readonly string[]) => Promise<ProgramOutcome>;
