import { type Static, Type } from "@sinclair/typebox";
import { shape } from "../protocol/index.ts";

const { named, optional } = shape;

/** Where newer versions come from. Nothing is looked for or fetched by itself. */
export const UpdateSettings = named(
  "UpdateSettings",
  {
    url: optional(
      Type.String({
        pattern: "^(https://|http://127\\.0\\.0\\.1[:/]|http://localhost[:/])",
        maxLength: 2048,
        description: "Where the signed list of a release lies, for `clawdia update` and `clawdia doctor`.",
      }),
    ),
    publicKey: optional(
      Type.String({
        pattern: "^[A-Za-z0-9_-]{43}$",
        maxLength: 43,
        description: "Ed25519 key of releases of your own, base64url; in place of the one that is built in.",
      }),
    ),
  },
  { default: {}, description: "Newer versions." },
);
export type UpdateSettings = Static<typeof UpdateSettings>;
