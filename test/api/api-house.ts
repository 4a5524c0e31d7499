import OpenAI, { APIError } from "openai";
import type { Config } from "../../src/config/index.ts";
import { defaultConfig } from "../../src/config/index.ts";
import { type OpenHouse, openHouse, type OpenHouseOptions, ownerToken } from "../open-house.ts";

/** A house that speaks OpenAI's API, and OpenAI's own client for it. */

export const httpSettings = (http: Partial<Config["gateway"]["http"]> = {}): Config["gateway"]["http"] => ({
  ...defaultConfig().gateway.http,
  chatCompletions: { enabled: true },
  responses: { enabled: true },
  ...http,
});

export function openApi(options: OpenHouseOptions = {}): Promise<OpenHouse> {
  return openHouse({ ...options, gateway: { http: httpSettings(), ...options.gateway } });
}

export function clientOf(
  house: OpenHouse,
  headers: Readonly<Record<string, string>> = {},
  apiKey = ownerToken,
): OpenAI {
  return new OpenAI({ apiKey, baseURL: `${house.httpUrl}/v1`, maxRetries: 0, defaultHeaders: headers });
}

/** Status and words of what a client was refused. */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof APIError) return error.message;
    throw error;
  }
  return "nothing was refused";
}

/** One pixel. */
export const png =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ" +
  "AAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
