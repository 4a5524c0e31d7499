import type { Config, HookMapping } from "../../src/config/index.ts";
import { FakeNetwork } from "../doubles/fake-network.ts";
import { approved, openWith } from "../house/fake-house.ts";
import type { OpenHouse, OpenHouseOptions } from "../open-house.ts";

/** A house that takes hooks. */

export const hookToken = "a-token-of-the-hooks-0123456789";

type Mapping = Partial<HookMapping> & Pick<HookMapping, "path" | "text">;

export const mapping = (given: Mapping): HookMapping => ({
  when: [],
  action: "agent",
  trust: "external",
  mode: "now",
  deliver: true,
  ...given,
});

export function openHooks(
  hooks: Partial<Config["hooks"]> = {},
  rest: OpenHouseOptions & { readonly network?: FakeNetwork } = {},
): Promise<OpenHouse> {
  const { network = new FakeNetwork(), ...options } = rest;
  return openWith(network, approved, { hooks: { enabled: true, token: hookToken, ...hooks }, ...options });
}

export function post(
  { httpUrl }: OpenHouse,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = { authorization: `Bearer ${hookToken}` },
): Promise<Response> {
  return fetch(`${httpUrl}${path}`, {
    method: "POST",
    headers,
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

/** Named by its sender. */
export const named = (id: string, header = "idempotency-key") => ({
  authorization: `Bearer ${hookToken}`,
  [header]: id,
});
