/** A screen on a wall: the whole display, after a first press, and awake. Browsers may refuse both. */

/** From now on awake while it is seen, and full screen at the first touch. Once a page. */
export function beKiosk(): void {
  void stayAwake();
  document.addEventListener("visibilitychange", () => {
    // The browser lets go of it whenever the tab is hidden.
    if (document.visibilityState === "visible") void stayAwake();
  });
  const over = new AbortController();
  const { signal } = over;
  const touched = () => {
    if (!navigator.userActivation?.isActive) return;
    over.abort();
    void fillScreen();
  };
  addEventListener("pointerup", touched, { signal, capture: true });
  addEventListener("keydown", touched, { signal, capture: true });
  // A touch of the agent's page is the frame's; ours is only that the focus went there.
  addEventListener("blur", touched, { signal });
}

/** A person pressed a button for it. */
export async function fillScreen(): Promise<void> {
  await document.documentElement.requestFullscreen?.().catch(() => undefined);
  await stayAwake();
}

async function stayAwake(): Promise<void> {
  await navigator.wakeLock?.request("screen").catch(() => undefined);
}
