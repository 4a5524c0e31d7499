/**
 * Who may import whom: a folder may import folders of a lower rank, through their faces. `test/tidy.test.ts` walks all
 * imports. Pages run in browsers; only the macro that builds them is imported from here.
 */
export const layers: readonly (readonly string[])[] = [
  ["lib"],
  ["protocol"],
  ["config", "storage", "client", "logs"],
  ["devices", "sessions", "engine", "presence", "idempotency", "agents", "pages"],
  ["runs", "health"],
  ["turns", "canvas"],
  ["inbox", "cron"],
  ["gateway"],
  ["app"],
  ["cli"],
  ["main.ts"],
];

/** Imports that leave the rule, each with its reason. */
export const layerExceptions: readonly { readonly from: string; readonly to: string; readonly reason: string }[] = [
  { from: "client/client.ts", to: "gateway/methods.ts", reason: "types only: the client is typed by the method table" },
  { from: "gateway/page-files.ts", to: "pages/bundle.ts", reason: "a macro, run by the build" },
  { from: "cli/gateway.command.ts", to: "app/start.ts", reason: "other commands must not load the server" },
  { from: "cli/", to: "app/version.ts", reason: "the version without the house" },
];
