import { defineCommand } from "citty";
import { installNode, removeNode } from "./node/install.ts";
import { nodeFlags, runNode } from "./node/run-node.ts";
import { decideOnNode, nodePending, nodeStatus } from "./node/status.ts";

/** `clawdia node`: lends this machine to a gateway. What the gateway knows of its nodes is `clawdia nodes`. */

const shared = {
  json: { type: "boolean", description: "Print JSON for programs; errors too" },
  profile: { type: "string", description: "Use ~/.clawdia-NAME", valueHint: "NAME" },
} as const;

const id = { type: "positional", required: false, description: "Id of the command or its start" } as const;

export const nodeCommand = defineCommand({
  meta: { name: "node", description: "Lend this machine to a gateway: its shell, screen, camera, place, a page" },
  default: "status",
  subCommands: {
    run: defineCommand({
      meta: { name: "run", description: "Connect to a gateway and do what it asks, until Ctrl-C" },
      args: nodeFlags,
      run: ({ args }) => runNode(args),
    }),
    install: defineCommand({
      meta: { name: "install", description: "Keep it running from now on, by systemd or launchd" },
      args: {
        ...nodeFlags,
        print: { type: "boolean", description: "Only print what the service manager would be given" },
      },
      run: ({ args }) => installNode(args, args.print === true),
    }),
    uninstall: defineCommand({
      meta: { name: "uninstall", description: "Stop it, and do not start it any more" },
      args: { profile: shared.profile },
      run: ({ args }) => removeNode(args.profile),
    }),
    status: defineCommand({
      meta: { name: "status", description: "Show the connection, what is offered, and what is missing for the rest" },
      args: shared,
      run: ({ args }) => nodeStatus(args),
    }),
    pending: defineCommand({
      meta: { name: "pending", description: "List the gateway's commands that wait for you" },
      args: shared,
      run: ({ args }) => nodePending(args),
    }),
    allow: defineCommand({
      meta: { name: "allow", description: "Let a command run here" },
      args: {
        id,
        always: { type: "boolean", description: "The same program with the same arguments needs not ask again" },
        ...shared,
      },
      run: ({ args }) => decideOnNode(args.id, args.always ? "allow-always" : "allow-once", args),
    }),
    deny: defineCommand({
      meta: { name: "deny", description: "Do not let a command run here" },
      args: { id, ...shared },
      run: ({ args }) => decideOnNode(args.id, "deny", args),
    }),
  },
});
