import "../../src/app/start.ts";
import "../../src/cli/index.ts";
import { loadAcp } from "../../src/engine/acp/acp-sdk.ts";
import { loadSdk } from "../../src/tools/mcp/sdk.ts";

/**
 * Prints which of the large protocol clients are loaded: after the gateway's start path was imported, and after each of
 * them was asked for.
 */
const loaded = () => {
  const found = Object.keys(require.cache).map(
    (path) => /@(modelcontextprotocol|agentclientprotocol)\//.exec(path)?.[1],
  );
  return [...new Set(found.filter((name) => name !== undefined))].toSorted((left, right) => left.localeCompare(right));
};

const told: string[][] = [];
told.push(loaded());
await loadAcp();
told.push(loaded());
await loadSdk();
told.push(loaded());
process.stdout.write(`${JSON.stringify(told)}\n`);
