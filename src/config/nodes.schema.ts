import { type Static, Type } from "@sinclair/typebox";
import { shape } from "../protocol/index.ts";

/** What nodes may be asked to do. */

const commands = (description: string) =>
  Type.Array(
    Type.String({ pattern: "^[A-Za-z][A-Za-z0-9._-]{0,127}$", maxLength: 128, description: "Name of a command." }),
    { maxItems: 256, default: [], description },
  );

export const NodeRulesSettings = shape.named(
  "NodeRulesSettings",
  {
    allowCommands: commands(
      "Commands beside those that are usual for a node's platform, for instance of programs of your own. " +
        "Each still has to be approved for every node: clawdia nodes approve.",
    ),
    denyCommands: commands("Commands that no node is ever asked for, whatever else allows them."),
  },
  { default: {}, description: "Commands of nodes." },
);
export type NodeRulesSettings = Static<typeof NodeRulesSettings>;
