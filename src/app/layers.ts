/**
 * Who may import whom: a folder may import folders of a lower rank, through their faces. `test/tidy.test.ts` walks all
 * imports. Pages run in browsers; only the macro that builds them is imported from here.
 */
export const layers: readonly (readonly string[])[] = [
  ["lib"],
  ["protocol", "net", "programs"],
  ["config", "storage", "client", "logs", "service", "update", "discovery", "tailscale"],
  ["devices", "sessions", "engine", "presence", "idempotency", "agents", "pages", "providers", "markup"],
  ["runs", "health", "outbox", "exec", "nodes", "backup"],
  ["turns", "canvas", "headless"],
  ["inbox", "cron", "heartbeat", "tools", "hooks", "api", "metrics"],
  ["wizard"],
  ["gateway", "openclaw"],
  ["app"],
  ["cli"],
  ["main.ts"],
];

/** Imports that leave the rule, each with its reason. */
export const layerExceptions: readonly { readonly from: string; readonly to: string; readonly reason: string }[] = [
  { from: "client/client.ts", to: "gateway/methods.ts", reason: "types only: the client is typed by the method table" },
  {
    from: "config/providers.schema.ts",
    to: "providers/telegram/settings.ts",
    reason: "a provider declares its settings in its folder; the config is one schema",
  },
  {
    from: "config/providers.schema.ts",
    to: "providers/signal/settings.ts",
    reason: "a provider declares its settings in its folder; the config is one schema",
  },
  {
    from: "config/providers.schema.ts",
    to: "providers/discord/settings.ts",
    reason: "a provider declares its settings in its folder; the config is one schema",
  },
  {
    from: "config/providers.schema.ts",
    to: "providers/imessage/settings.ts",
    reason: "a provider declares its settings in its folder; the config is one schema",
  },
  {
    from: "config/providers.schema.ts",
    to: "providers/slack/settings.ts",
    reason: "a provider declares its settings in its folder; the config is one schema",
  },
  {
    from: "config/providers.schema.ts",
    to: "providers/whatsapp/settings.ts",
    reason: "a provider declares its settings in its folder; the config is one schema",
  },
  { from: "gateway/page-files.ts", to: "pages/bundle.ts", reason: "a macro, run by the build" },
  { from: "app/canvas-page.ts", to: "pages/bundle-canvas.ts", reason: "a macro, run by the build" },
  { from: "cli/gateway.command.ts", to: "app/start.ts", reason: "other commands must not load the server" },
  {
    from: "cli/config/desk.ts",
    to: "app/try-out.ts",
    reason: "a change while no gateway runs is tried out all the same",
  },
  { from: "cli/", to: "app/version.ts", reason: "the version without the house" },
];
