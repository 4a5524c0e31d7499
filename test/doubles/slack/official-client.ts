import { App, LogLevel, webApi } from "@slack/bolt";
import type { SlackDouble } from "./slack-double.ts";

/** Bolt at work against the double, as other people's apps are. */
export interface Sample extends AsyncDisposable {
  readonly app: App;
  /** Waits until the question has an answer; it is asked after everything that the app heard. */
  until(question: () => boolean): Promise<void>;
}

export async function sample(slack: SlackDouble, prepare: (app: App) => void): Promise<Sample> {
  const looks = new Set<() => void>();
  const app = new App({
    token: slack.botToken,
    appToken: slack.appToken,
    socketMode: true,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: slack.apiRoot },
  });
  app.use(async ({ next }) => {
    await next();
    for (const look of looks) look();
  });
  prepare(app);
  await app.start();
  return {
    app,
    until: (question) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (!question()) return;
          looks.delete(look);
          resolve();
        };
        looks.add(look);
        look();
      }),
    async [Symbol.asyncDispose]() {
      await app.stop();
    },
  };
}

/** Slack's client that tries once. */
export function waitingFor(slack: SlackDouble): { readonly client: webApi.WebClient } {
  const client = new webApi.WebClient(slack.botToken, {
    slackApiUrl: slack.apiRoot,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logLevel: webApi.LogLevel.ERROR,
  });
  return { client };
}
