import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSignalServer } from "@openclaw/crabline";
import { isJson, type Json, Refusal } from "./wire.ts";

/**
 * The third party's signal-cli daemon behind the double. It knows few methods and takes no attachments apart from
 * their names; for those that it knows it has the say on what a well-formed call is.
 */
export class Crabline implements AsyncDisposable {
  readonly #close: () => Promise<void>;
  readonly #rpcUrl: string;

  private constructor(rpcUrl: string, close: () => Promise<void>) {
    this.#rpcUrl = rpcUrl;
    this.#close = close;
  }

  static async start(account: string): Promise<Crabline> {
    const folder = await mkdtemp(join(tmpdir(), "signal-double-"));
    const server = await startSignalServer({ account, recorderPath: join(folder, "crabline.jsonl") });
    return new Crabline(server.manifest.endpoints.rpcUrl, async () => {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    });
  }

  /** Throws a Refusal when the call is not well-formed. */
  async judge(method: string, params: Json): Promise<void> {
    if (!["send", "sendTyping", "sendReceipt", "sendReaction"].includes(method)) return;
    const response = await fetch(this.#rpcUrl, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
      // A connection of its own each time: crabline closes idle ones, perhaps just when they are used again.
      keepalive: false,
    });
    const answer: unknown = await response.json();
    const error = isJson(answer) ? answer["error"] : undefined;
    if (isJson(error)) throw new Refusal(Number(error["code"]), `crabline: ${String(error["message"])}`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}
