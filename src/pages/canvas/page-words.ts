/** What a page and the gateway say to each other over the canvas's socket. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface UserAction {
  readonly name: string;
  readonly surfaceId: string;
  readonly sourceComponentId: string;
  readonly timestamp: string;
  readonly context: Readonly<Record<string, Json>>;
  /** Where the surface asks for it. */
  readonly dataModel?: Json;
}

export type FromGateway =
  | {
      readonly type: "welcome";
      readonly board: string;
      readonly right: "files" | "view" | "act";
      readonly files: string;
    }
  | { readonly type: "a2ui"; readonly messages: readonly object[]; readonly replay?: boolean }
  | { readonly type: "show"; readonly path: string | null }
  /** No paths: anything may have changed. */
  | { readonly type: "changed"; readonly paths: readonly string[] }
  /** The port of this page's own address, where it is `from`, is another one now. */
  | { readonly type: "moved"; readonly from: number; readonly to: number }
  | { readonly type: "ask"; readonly id: string; readonly what: "eval" | "snapshot"; readonly params: Params }
  | {
      readonly type: "status";
      readonly id: string;
      readonly state: "accepted" | "done" | "failed" | "refused";
      readonly error?: string;
      readonly surfaces?: readonly string[];
    };

export type Params = Readonly<Record<string, Json | undefined>>;

/** Between the tab and an agent's page in its frame. Everything from the frame is a stranger's. */
export interface FrameAnswer {
  readonly clawdia: "answer";
  readonly id: string;
  readonly ok: boolean;
  readonly value?: Json;
  readonly error?: string;
}

/** The text under the name; empty when there is none. */
export function wordsAt(params: Params, name: string): string {
  const value = params[name];
  return typeof value === "string" ? value : "";
}
