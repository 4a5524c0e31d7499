import { type Clock, slept } from "./clock.ts";

/** How often is looked whether memory may be given back. */
const checkMs = 2_000;
/** Growth since the last collection that is worth one. */
const growthBytes = 6 * 1024 * 1024;
/** Share of one processor below which the process counts as quiet. */
const quietShare = 0.05;

/**
 * Gives memory back to the system after a burst. The runtime keeps a heap that has grown, which is right for a server
 * under load and wrong for one that sits on somebody's small machine and waits. It collects only while nothing happens.
 */
export async function keepMemorySmall(clock: Clock, signal: AbortSignal): Promise<void> {
  let kept = 0;
  let processorUs = usedProcessorUs();
  while (await slept(clock, checkMs, signal)) {
    const used = usedProcessorUs();
    const isQuiet = used - processorUs < checkMs * 1000 * quietShare;
    processorUs = used;
    if (!isQuiet || process.memoryUsage.rss() < kept + growthBytes) continue;
    Bun.gc(true);
    Bun.shrink();
    kept = process.memoryUsage.rss();
    processorUs = usedProcessorUs();
  }
}

function usedProcessorUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
