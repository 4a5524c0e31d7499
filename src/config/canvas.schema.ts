import { type Static, Type } from "@sinclair/typebox";
import { shape } from "../protocol/index.ts";

/** Pages and surfaces that agents draw. */
const { named, oneOf, optional } = shape;

export const CanvasHostSettings = named(
  "CanvasHostSettings",
  {
    enabled: Type.Boolean({ default: true, description: "Whether there is a canvas." }),
    root: optional(
      Type.String({
        pattern: "^(/|~/|[A-Za-z]:[\\\\/])",
        maxLength: 4096,
        description: "Folder of the agents' pages: a full path, or one below ~/. Absent: canvas in the state folder.",
      }),
    ),
    port: optional(
      Type.Integer({
        minimum: 0,
        maximum: 65_535,
        description:
          "A TCP port of its own, so that pages have an origin of their own. Absent: the gateway's port and 4 (18793).",
      }),
    ),
    tls: Type.Unsafe<"auto" | "off">({
      ...oneOf("auto", "off"),
      default: "auto",
      description:
        "auto: the own port has the gateway's TLS. off: it has none, and apps are led there: their web views do not " +
        "take the gateway's own certificate. What they are shown, whoever is in the same network can read then.",
    }),
    liveReload: Type.Boolean({ default: true, description: "Whether open pages follow the files." }),
    publicUrl: optional(
      Type.String({
        pattern: "^https?://[^/?#]+$",
        maxLength: 512,
        description: "Address of the gateway for links that are sent away, for instance https://box.tail1234.ts.net",
      }),
    ),
  },
  { default: {}, description: "Pages and surfaces that agents draw, and who may see them." },
);
export type CanvasHostSettings = Static<typeof CanvasHostSettings>;
