import { type Static, Type } from "@sinclair/typebox";
import { shape } from "../../protocol/index.ts";

/** What one Signal account is set up with. */
const { choice, named, optional } = shape;

export const signalFields = {
  number: optional(
    Type.String({
      pattern: "^\\+[1-9][0-9]{4,14}$",
      maxLength: 16,
      description:
        "The account's telephone number as +15551234567; clawdia providers add signal finds it out by itself.",
    }),
  ),
  httpUrl: optional(
    Type.String({
      pattern: "^https?://.+",
      maxLength: 2048,
      description:
        "Address of a signal-cli daemon that runs already (--http, --receive-mode=on-connection); absent: the " +
        "gateway runs one of its own.",
    }),
  ),
  command: Type.String({
    minLength: 1,
    maxLength: 4096,
    default: "signal-cli",
    description: "The signal-cli program that the gateway runs: a name in PATH or a whole path.",
  }),
  dataDir: optional(
    Type.String({
      pattern: "^/.+",
      maxLength: 4096,
      description: "signal-cli's folder of an account that is linked or registered there already.",
    }),
  ),
  deviceName: Type.String({
    minLength: 1,
    maxLength: 48,
    default: "Clawdia",
    description: "How the gateway is called among the linked devices on the phone.",
  }),
  trustNewIdentities: choice(["on-first-use", "always", "never"], {
    default: "on-first-use",
    description:
      "Whose safety number is trusted unseen. on-first-use: everybody's first one; a new one needs signal-cli trust; " +
      "always: new ones too; never: none.",
  }),
};

export const SignalSettings = named("SignalSettings", signalFields);
export type SignalSettings = Static<typeof SignalSettings>;

/** What a login keeps: the number, and in which folder of the account's signal-cli has its keys. */
export const numberSecret = "number";
export const dataFolderSecret = "dataFolder";
