/** The tab's service worker: notifications of the agent, and the way back to the screen when one is pressed. */

declare const clients: {
  matchAll(options: { readonly type: "window" }): Promise<readonly { focus(): Promise<unknown> }[]>;
  openWindow(address: string): Promise<unknown>;
};

interface NotificationPressed extends Event {
  readonly notification: { close(): void };
  waitUntil(work: Promise<unknown>): void;
}

addEventListener("notificationclick", (event) => {
  const { notification } = event as NotificationPressed;
  notification.close();
  (event as NotificationPressed).waitUntil(backToScreen());
});

async function backToScreen(): Promise<void> {
  const [tab] = await clients.matchAll({ type: "window" });
  await (tab ? tab.focus() : clients.openWindow("./"));
}
