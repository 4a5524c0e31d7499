import { defineCommand } from "citty";
import { findPaths, loadConfig, processEnvironment } from "../config/index.ts";
import { readTextIfPresent } from "../lib/index.ts";
import { refused } from "./failure.ts";
import { printJson, printLine } from "./print.ts";
import { configuredUrl, holderOf } from "./target.ts";

/** `clawdia token`: the one command that prints the gateway's token. It asks no gateway: it reads the owner's files. */
export const tokenCommand = defineCommand({
  meta: { name: "token", description: "Print the token of this machine's gateway" },
  args: {
    link: { type: "boolean", description: "Print the link that opens WebChat" },
    json: { type: "boolean", description: "Print JSON for programs" },
    profile: { type: "string", description: "Use ~/.clawdia-NAME", valueHint: "NAME" },
  },
  run: ({ args }) => showToken(args),
});

interface TokenFlags {
  readonly link?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly profile?: string | undefined;
}

function showToken(flags: TokenFlags): void {
  const environment = processEnvironment();
  const paths = findPaths(environment, flags.profile ?? environment["CLAWDIA_PROFILE"]);
  const { config } = loadConfig(environment, { profile: flags.profile });
  const token = config.gateway.auth.token ?? readTextIfPresent(paths.gatewayTokenFile)?.trim();
  if (!token)
    throw refused(`there is no token yet: no gateway was ever started on ${paths.stateDir}`, "clawdia gateway");
  const url = holderOf(paths)?.url ?? configuredUrl(config);
  const link = `${url.replace(/^ws/, "http")}/#token=${encodeURIComponent(token)}`;
  if (flags.json) return printJson({ token, link });
  printLine(flags.link ? link : token);
}
