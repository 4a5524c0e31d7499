import { type Static, Type } from "@sinclair/typebox";
import { shape } from "../protocol/index.ts";

/** Language models: vendors, keys, and which model answers. */
const { named, optional } = shape;

const reference = (description: string) => Type.String({ pattern: "^[^/\\s]+/\\S+$", maxLength: 256, description });

export const ModelsSettings = named(
  "ModelsSettings",
  {
    default: optional(reference("The model that answers, vendor/model. Absent: as chosen with clawdia models.")),
  },
  { default: {}, description: "Language models." },
);
export type ModelsSettings = Static<typeof ModelsSettings>;
