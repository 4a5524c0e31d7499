import { decode, encode } from "../telegram/control-wire.ts";
import type { ControlCommands } from "./control.ts";
import { isJson } from "./wire.ts";

/** The line that `serve.ts` prints. */
export interface ServedDouble {
  readonly url: string;
  readonly number: string;
  readonly aci: string;
  readonly controlUrl: string;
  readonly adminToken: string;
}

/** Drives a double in another process: `await ask("says", { person, text: "hi" })`. */
export function remoteControl({ controlUrl, adminToken }: Pick<ServedDouble, "controlUrl" | "adminToken">) {
  return async <Name extends keyof ControlCommands>(
    name: Name,
    ...asked: Parameters<ControlCommands[Name]>
  ): Promise<Awaited<ReturnType<ControlCommands[Name]>>> => {
    const response = await fetch(new URL(name, controlUrl), {
      method: "POST",
      headers: { authorization: `Bearer ${adminToken}` },
      body: encode(asked[0] ?? {}),
    });
    const answer = decode(await response.text());
    if (!response.ok) {
      throw new Error(`${name}: ${isJson(answer) ? String(answer["error"]) : `HTTP ${response.status}`}`);
    }
    return (isJson(answer) ? answer["result"] : undefined) as Awaited<ReturnType<ControlCommands[Name]>>;
  };
}
