import { lookup } from "node:dns/promises";
import { parseAddress } from "./addresses.ts";
import { FetchRefused } from "./fetch-errors.ts";

/** Every address of a name, as the machine's own resolver answers. Rejects when there is none. */
export type Resolve = (name: string) => Promise<readonly string[]>;

/** Addresses of one name that are judged; a name with more is not one that is meant to be fetched from. */
const addressesMax = 64;

export const systemResolve: Resolve = async (name) => {
  const found = await lookup(name, { all: true, verbatim: true });
  return found.map(({ address }) => address);
};

/** Looks a name up, once. Rejects with a FetchRefused, or at once with the signal's reason. */
export async function resolveName(name: string, resolve: Resolve, signal: AbortSignal): Promise<Uint8Array[]> {
  const texts = await answered(name, resolve, signal);
  if (texts.length > addressesMax) throw new FetchRefused("name", `${name} has more than ${addressesMax} addresses`);
  return texts.map((text) => {
    const bytes = parseAddress(text);
    if (!bytes) throw new FetchRefused("name", `${name} resolves to something that is no address`);
    return bytes;
  });
}

/** The system cannot be stopped from looking on, so a late answer is left unheard. */
function answered(name: string, resolve: Resolve, signal: AbortSignal): Promise<readonly string[]> {
  return new Promise((done, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    resolve(name)
      .then(done, (error) => reject(new FetchRefused("name", `${name} cannot be looked up: check the name`, error)))
      .finally(() => signal.removeEventListener("abort", onAbort));
  });
}
