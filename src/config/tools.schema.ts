import { type Static, Type } from "@sinclair/typebox";
import { shape } from "../protocol/index.ts";

/** What agents may do. */
const { named } = shape;

const names = (description: string) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 64, description: "A tool's name, or group:<name>." }), {
    maxItems: 256,
    default: [],
    description,
  });

export const ToolsSettings = named(
  "ToolsSettings",
  {
    allow: names("Only these tools; empty: all that are there."),
    deny: names("Never these, whatever else allows them."),
  },
  { default: {}, description: "Tools of the agents." },
);
export type ToolsSettings = Static<typeof ToolsSettings>;
