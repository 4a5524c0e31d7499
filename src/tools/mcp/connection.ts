import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { McpServerSettings } from "../../config/index.ts";
import { type Clock, type Log, makePrivateFolder, resolvePath } from "../../lib/index.ts";
import { childEnvironment, logStderr, startChild } from "../../programs/index.ts";
import { httpTransport } from "./http-transport.ts";
import { type ListedTool, listedTool, listLimits } from "./listed-tool.ts";
import { loadSdk, type Sdk } from "./sdk.ts";
import { stdioTransport } from "./stdio-transport.ts";

/** One live connection to one server. */
export interface ConnectionOptions {
  readonly name: string;
  readonly settings: McpServerSettings;
  /** Ours; a program gets a part of it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where programs start that name no folder. */
  readonly folder: string;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly onListChanged: () => void;
}

export interface Connection extends AsyncDisposable {
  list(signal: AbortSignal): Promise<ListedTool[]>;
  /** An aborted call tells the server so. Throws what went wrong, in words for people. */
  call(tool: string, input: Record<string, unknown>, signal: AbortSignal): Promise<CallToolResult>;
  /** Resolves with the reason once the connection is of no use any more. */
  readonly lost: Promise<string>;
}

/** Deadlines are ours, on our clock; the client's own timer is set to the longest that timers take. */
const longestTimerMs = 2 ** 31 - 1;

/** Throws in words for people when there is no such server or it does not greet. */
export async function openConnection(options: ConnectionOptions, signal: AbortSignal): Promise<Connection> {
  const sdk = await loadSdk();
  const lost = Promise.withResolvers<string>();
  let lostReason: string | undefined;
  const lose = (reason: string) => lost.resolve((lostReason ??= reason));
  const wire = openWire(options, sdk, lose);
  const client = new sdk.Client({ name: "clawdia", version: options.version }, { capabilities: {} });
  Object.assign(client, {
    onerror: (error: Error) => options.log.debug("mcp.fault", { server: options.name, error: error.message }),
    onclose: () => lose("the connection was closed"),
  });
  client.setNotificationHandler(sdk.ToolListChangedNotificationSchema, () => options.onListChanged());
  const close = async () => {
    await wire.sayFarewell();
    await client.close();
  };
  try {
    await client.connect(wire.transport, { signal, timeout: longestTimerMs });
  } catch (error) {
    await wire.transport.close();
    if (isClosed(error, sdk) && lostReason !== undefined) throw new Error(lostReason, { cause: error });
    const isRefusal = error instanceof sdk.StreamableHTTPError && (error.code === 401 || error.code === 403);
    if (!isRefusal) throw error;
    const cure = `set mcp.servers.${options.name}.headers`;
    throw new Error(`it refuses our credentials (${error.code}): ${cure}`, { cause: error });
  }
  return {
    lost: lost.promise,
    list: (listSignal) => listTools(client, sdk, listSignal),
    call: async (tool, input, callSignal) => {
      const request = { method: "tools/call" as const, params: { name: tool, arguments: input } };
      try {
        return await client.request(request, sdk.CallToolResultSchema, { signal: callSignal, timeout: longestTimerMs });
      } catch (error) {
        if (callSignal.aborted) throw error;
        if (isLoss(error, sdk)) lose(wordsOf(error));
        else if (!isClosed(error, sdk)) throw error;
        const reason = lostReason ?? wordsOf(error);
        throw new Error(`the connection was lost in the call, which may have been done: ${reason}`, { cause: error });
      }
    },
    [Symbol.asyncDispose]: close,
  };
}

/** A server that answers with an error is there. One that cannot be reached, or does not know our session, is not. */
function isLoss(error: unknown, sdk: Sdk): boolean {
  if (error instanceof sdk.StreamableHTTPError) return error.code === 404;
  if (error instanceof sdk.McpError) return false;
  return error instanceof Error && error.name !== "ZodError";
}

function isClosed(error: unknown, sdk: Sdk): boolean {
  return error instanceof sdk.McpError && error.code === (sdk.ErrorCode.ConnectionClosed as number);
}

export function wordsOf(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  return words.replace(/ For more information, pass .*$/, "");
}

interface Wire {
  readonly transport: ReturnType<typeof stdioTransport>;
  sayFarewell(): Promise<void>;
}

function openWire(options: ConnectionOptions, sdk: Sdk, onLost: (reason: string) => void): Wire {
  const { name, settings, environment, clock, log } = options;
  const { url, command, headers, args } = settings;
  if ((url === undefined) === (command === undefined)) {
    throw new Error(`set either mcp.servers.${name}.command or mcp.servers.${name}.url`);
  }
  if (url !== undefined) return httpTransport({ url, headers, clock, sdk });
  if (settings.cwd === undefined) makePrivateFolder(options.folder);
  const child = startChild({
    command: command!,
    args,
    folder: resolvePath(options.folder, settings.cwd ?? "."),
    environment: childEnvironment(environment, settings),
  });
  void child.ended.then((how) => onLost(`the program ended ${how}`));
  void logStderr(child.stderr, { clock, log, name, secrets: Object.values(settings.env) });
  const onGarbage = () => log.debug("mcp.garbage", { server: name });
  return { transport: stdioTransport({ child, clock, sdk, onGarbage }), sayFarewell: async () => undefined };
}

/** Every page of the list, up to our limits. A tool that is none does not hide the others. */
async function listTools(client: Client, sdk: Sdk, signal: AbortSignal): Promise<ListedTool[]> {
  if (client.getServerCapabilities()?.tools === undefined) return [];
  const tools: ListedTool[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < listLimits.pagesMax; page++) {
    const request = { method: "tools/list" as const, params: cursor === undefined ? {} : { cursor } };
    const result = await client.request(request, sdk.ResultSchema, { signal, timeout: longestTimerMs });
    const { tools: items, nextCursor } = result as { readonly tools?: unknown; readonly nextCursor?: unknown };
    for (const item of Array.isArray(items) ? (items as unknown[]) : []) {
      const read = sdk.ToolSchema.safeParse(item);
      const tool = read.success ? listedTool(read.data) : undefined;
      if (tool) tools.push(tool);
      if (tools.length >= listLimits.toolsMax) return tools;
    }
    if (typeof nextCursor !== "string") return tools;
    cursor = nextCursor;
  }
  return tools;
}
