/** The person pressed Ctrl-C, or gave a question up. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

export interface StopKeys extends Disposable {
  /** Rejects with `Stopped` at Ctrl-C and at the end of the terminal, whatever is asked at that moment. */
  readonly pressed: Promise<never>;
}

export function stopKeys(): StopKeys {
  const pressed = Promise.withResolvers<never>();
  pressed.promise.catch(() => undefined);
  const stop = () => pressed.reject(new Stopped());
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, stop);
  return {
    pressed: pressed.promise,
    [Symbol.dispose]: () => {
      for (const signal of signals) process.off(signal, stop);
    },
  };
}
