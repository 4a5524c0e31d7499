import { expect, test } from "bun:test";
import { join } from "node:path";
import { scopes } from "../../../src/providers/slack/account.ts";
import { readEvents } from "../../../src/providers/slack/wire.ts";

/** What people paste at Slack gives the app what it needs, and nothing else. */

interface Manifest {
  readonly oauth_config: { readonly scopes: { readonly bot: readonly string[] } };
  readonly settings: { readonly event_subscriptions: { readonly bot_events: readonly string[] } };
}

test("the README's manifest asks for the scopes and events that are used", async () => {
  const readme = await Bun.file(join(import.meta.dir, "../../../README.md")).text();
  const manifest = JSON.parse(/```json\n([\s\S]+?"display_information"[\s\S]+?)```/.exec(readme)![1]!) as Manifest;
  const used = [...scopes.map(([scope]) => scope), "commands"];
  expect(manifest.oauth_config.scopes.bot.toSorted()).toEqual(used.toSorted());
  const events = manifest.settings.event_subscriptions.bot_events.map((event) => event.replace(/\..+/, ""));
  expect([...new Set(events)].toSorted()).toEqual([...readEvents].toSorted());
});
