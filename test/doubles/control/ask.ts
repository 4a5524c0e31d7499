import { isJson } from "../telegram/wire.ts";
import { decode, encode } from "./wire.ts";

/** Where a double in another process takes its commands. */
export interface ControlDoor {
  readonly controlUrl: string;
  readonly adminToken: string;
}

type Commands<All> = { readonly [Name in keyof All]: (asked: never) => Promise<unknown> };

/** Drives a double in another process: `await ask("says", { person, text: "hi" })`. */
export function controlOf<All extends Commands<All>>({ controlUrl, adminToken }: ControlDoor) {
  return async <Name extends keyof All & string>(
    name: Name,
    ...asked: Parameters<All[Name]>
  ): Promise<Awaited<ReturnType<All[Name]>>> => {
    const response = await fetch(new URL(name, controlUrl), {
      method: "POST",
      headers: { authorization: `Bearer ${adminToken}` },
      body: encode(asked[0] ?? {}),
    });
    const answer = decode(await response.text());
    if (!response.ok) {
      throw new Error(`${name}: ${isJson(answer) ? String(answer["error"]) : `HTTP ${response.status}`}`);
    }
    return (isJson(answer) ? answer["result"] : undefined) as Awaited<ReturnType<All[Name]>>;
  };
}
