import { accountDefaults, type AccountPolicy } from "../../src/config/index.ts";
import type { FakeNetwork } from "../doubles/fake-network.ts";
import { type Guest, type OpenHouse, openHouse, type OpenHouseOptions } from "../open-house.ts";

/** A house on a fake network. */

export const settings = (policy: Partial<AccountPolicy> = {}) => ({
  main: { ...accountDefaults("telegram"), mode: "polling" as const, apiRoot: "https://x.example", ...policy },
});
export const openWith = (network: FakeNetwork, policy: Partial<AccountPolicy> = {}, rest: OpenHouseOptions = {}) =>
  openHouse({ providers: [network.provider], accounts: settings(policy), ...rest });
/** Bob, whose id is 7, may write. */
export const approved = { allowFrom: ["7"] };
export const reply = (text: string) => (shown: readonly { text: string }[]) =>
  shown.some((message) => message.text.includes(text));

export async function inboxOf(guest: Guest) {
  return (await guest.call("inbox.list", {})).messages;
}

export function faultsOf({ log }: OpenHouse): unknown[] {
  return log.records.filter(({ level }) => level === "error");
}
