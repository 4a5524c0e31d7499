/** A screen on a wall: the whole display, and awake. Browsers allow both only after a press, and may refuse. */
export async function enterKiosk(): Promise<void> {
  await document.documentElement.requestFullscreen?.().catch(() => undefined);
  await stayAwake();
  document.addEventListener("visibilitychange", () => {
    // The browser lets go of it whenever the tab is hidden.
    if (document.visibilityState === "visible") void stayAwake();
  });
}

async function stayAwake(): Promise<void> {
  await navigator.wakeLock?.request("screen").catch(() => undefined);
}
