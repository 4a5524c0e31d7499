/** The way to the app whose web view this page is in, under the names that each family of apps gave it. */

interface Channel {
  postMessage(message: unknown): void;
}

const scope = globalThis as Record<string, unknown> & {
  readonly webkit?: { readonly messageHandlers?: Readonly<Record<string, Channel | undefined>> };
};

/** False in an ordinary browser. Apple's web views take objects, Android's take texts. */
export function tellApp(userAction: object): boolean {
  for (const brand of ["openclaw", "moltbot", "clawdbot"]) {
    const name = `${brand}CanvasA2UIAction`;
    const apple = scope.webkit?.messageHandlers?.[name];
    const android = scope[name] as Channel | undefined;
    // These are an app's channels, and no windows: there is no origin to name.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    if (apple) apple.postMessage({ userAction });
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    else if (android) android.postMessage(JSON.stringify({ userAction }));
    else continue;
    return true;
  }
  return false;
}
