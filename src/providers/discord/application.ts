import type { APIApplication, APIUser } from "discord-api-types/v10";
import type { RestApi } from "./rest-api.ts";

/** The application that a bot belongs to, as far as it matters here. */
export interface Application {
  readonly id: string;
  /** Whether Discord shows the bot what is written in servers. */
  readonly readsContent: boolean;
}

/** Set when the switch is on: the first for bots in many servers, the second for all others. */
const contentFlags = (1 << 18) | (1 << 19);

/** Rejects with a CallError or the signal's reason. */
export async function fetchApplication(api: RestApi, signal: AbortSignal): Promise<Application> {
  const call = { method: "get", route: "/oauth2/applications/@me" } as const;
  const { id, flags } = await api.call<APIApplication>("say which application the bot is", call, signal);
  return { id, readsContent: ((flags ?? 0) & contentFlags) !== 0 };
}

export async function fetchSelf(api: RestApi, signal: AbortSignal): Promise<APIUser> {
  return api.call<APIUser>("say who the bot is", { method: "get", route: "/users/@me" }, signal);
}
