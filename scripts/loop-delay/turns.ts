import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openHouse, ownerToken } from "../../test/open-house.ts";
import type { LoadOptions } from "./load.ts";

/**
 * How much processor time the gateway's thread takes between two turns of its event loop, in milliseconds: the delay
 * that it causes itself, whatever else the machine has to do. The house runs in this process, the load in a worker.
 */

export async function turnsUnderLoad(
  stateDir: string,
  options: Omit<LoadOptions, "port" | "token">,
): Promise<number[]> {
  await using house = await openHouse({ stateDir });
  const worker = new Worker(join(import.meta.dir, "loader.ts"));
  const over = new AbortController();
  worker.addEventListener("message", () => over.abort());
  worker.addEventListener("error", ({ message }) => over.abort(new Error(message)));
  worker.postMessage({ ...options, port: house.port, token: ownerToken }, []);
  const turns: number[] = [];
  let before = threadMs();
  while (!over.signal.aborted) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    const after = threadMs();
    turns.push(after - before);
    before = after;
  }
  worker.terminate();
  if (over.signal.reason instanceof Error && over.signal.reason.name === "Error") throw over.signal.reason;
  return turns;
}

/** Time that this process's main thread spent on a processor. Linux only. */
function threadMs(): number {
  const [onCpuNs] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ");
  return Number(onCpuNs) / 1e6;
}
