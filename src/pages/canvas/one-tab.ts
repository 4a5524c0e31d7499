/** One tab of a browser is the screen; another one may take over, and then this one is told. */
export async function beTheTab(screen: string, isTakeover: boolean, lost: () => void): Promise<boolean> {
  if (!navigator.locks) return true;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const options = isTakeover ? { steal: true } : { ifAvailable: true };
  void navigator.locks
    .request(`clawdia-screen:${screen}`, options, async (lock) => {
      resolve(lock !== null);
      // Held until the tab is closed, or another one takes it.
      if (lock !== null) await new Promise(() => undefined);
    })
    .catch(() => lost());
  return promise;
}
