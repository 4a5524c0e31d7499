import { FakeClock } from "../doubles/fake-clock.ts";
import { type Guest, type OpenHouse, openHouse, type OpenHouseOptions } from "../open-house.ts";

export interface TimedHouse extends OpenHouse {
  readonly clock: FakeClock;
  /** Lets the time pass once the gateway has heard everything that the guest sent, and until the guest heard of it. */
  pass(ms: number, guest: Guest): Promise<void>;
}

/** The house on a clock that only the test moves. */
export async function openTimedHouse(options: OpenHouseOptions = {}): Promise<TimedHouse> {
  const clock = new FakeClock();
  const house = await openHouse({ ...options, clock });
  return {
    ...house,
    clock,
    pass: async (ms, guest) => {
      await guest.call("agents.list", {});
      await clock.advance(ms);
      await guest.call("agents.list", {});
    },
    [Symbol.asyncDispose]: async () => {
      // Closing waits a moment for the clients, on the house's own clock.
      const closed = new AbortController();
      const close = async () => {
        await house[Symbol.asyncDispose]();
        closed.abort();
      };
      const closing = close();
      while (!closed.signal.aborted) await Promise.race([clock.advance(10), closing]);
      await closing;
    },
  };
}
