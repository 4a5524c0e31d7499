import { Type } from "@sinclair/typebox";
import { shape } from "../protocol/index.ts";

/** TLS on the gateway's port. */
const { named, optional } = shape;

const filePath = (description: string) =>
  Type.String({ pattern: "^(/|[A-Za-z]:[\\\\/])", maxLength: 4096, description });

export const TlsSettings = named(
  "TlsSettings",
  {
    enabled: Type.Boolean({
      default: false,
      description:
        "On: the port speaks https:// and wss:// only. Clients pin its fingerprint: clawdia gateway fingerprint.",
    }),
    certPath: optional(
      filePath("A certificate of your own as PEM, with its chain. Absent: one is made and kept in the state folder."),
    ),
    keyPath: optional(filePath("The key of that certificate as PEM.")),
  },
  { default: {}, description: "Encryption of the gateway's port." },
);
