import { defineCommand } from "citty";
import { gatewayFlags } from "./gateway-flags.ts";
import { approve, describeOne, listNodes, reject, remove, rename, revoke } from "./nodes/deciding.ts";
import { cameraCommand, locationCommand, screenCommand } from "./nodes/senses.ts";
import { canvasCommand } from "./nodes/canvas.ts";
import { invokeCommand, notifyCommand, runCommand } from "./nodes/doing.ts";

/** `clawdia nodes`: the owner's devices that agents and commands use. A node is named by its id, its start, or name. */

const node = {
  type: "positional",
  required: true,
  description: "Name of the node, its id or the start of it",
} as const;
const request = {
  type: "positional",
  required: false,
  description: "Request, or node, or the start of its id",
} as const;
const only = {
  type: "string",
  description: "These commands alone, with commas between",
  valueHint: "COMMANDS",
} as const;

export const nodesCommand = defineCommand({
  meta: { name: "nodes", description: "Use your devices: cameras, screens, canvases, shells" },
  default: "list",
  subCommands: {
    list: defineCommand({
      meta: { name: "list", description: "List nodes, what each may be asked for, and what waits for you" },
      args: gatewayFlags,
      run: ({ args }) => listNodes(args),
    }),
    describe: defineCommand({
      meta: { name: "describe", description: "Show all that is known of a node" },
      args: { node, ...gatewayFlags },
      run: ({ args }) => describeOne(args.node, args),
    }),
    approve: defineCommand({
      meta: { name: "approve", description: "Let a node in, or let it be asked for what it offers" },
      args: { request, only, ...gatewayFlags },
      run: ({ args }) => approve(args.request, args),
    }),
    reject: defineCommand({
      meta: { name: "reject", description: "Say no to a node's request" },
      args: { request, ...gatewayFlags },
      run: ({ args }) => reject(args.request, args),
    }),
    revoke: defineCommand({
      meta: { name: "revoke", description: "Take commands back from a node, or all of them" },
      args: { node, only, ...gatewayFlags },
      run: ({ args }) => revoke(args.node, args),
    }),
    rename: defineCommand({
      meta: { name: "rename", description: "Give a node a name" },
      args: { node, name: { type: "positional", required: true, description: "New name" }, ...gatewayFlags },
      run: ({ args }) => rename(args.node, args.name, args),
    }),
    remove: defineCommand({
      meta: { name: "remove", description: "Forget a node; its connections end" },
      args: { node, yes: { type: "boolean", description: "Do not ask" }, ...gatewayFlags },
      run: ({ args }) => remove(args.node, args),
    }),
    invoke: invokeCommand,
    run: runCommand,
    notify: notifyCommand,
    camera: cameraCommand,
    screen: screenCommand,
    location: locationCommand,
    canvas: canvasCommand,
  },
});
