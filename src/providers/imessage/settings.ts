import { type Static, Type } from "@sinclair/typebox";
import { shape } from "../../protocol/index.ts";

/** What one Mac with Messages is set up with. */
const { choice, named, optional } = shape;

/** No dash first: it would be an option of ssh. */
export const hostPattern = "^[A-Za-z0-9_.:@%\\[\\]][A-Za-z0-9_.:@%\\[\\]-]*$";

/** What runs when nothing else is set. */
export const usualCommand: readonly string[] = ["imsg", "rpc"];

export const imessageFields = {
  remoteHost: optional(
    Type.String({
      pattern: hostPattern,
      maxLength: 255,
      description:
        "The Mac, as ssh knows it (user@host or a name of ~/.ssh/config), when the gateway runs elsewhere; " +
        "clawdia providers add imessage asks for it.",
    }),
  ),
  sshArgs: Type.Array(Type.String({ maxLength: 4096, description: "One argument of ssh, before the host." }), {
    maxItems: 32,
    default: [],
    description: "Further arguments of ssh, for instance -p and 2222.",
  }),
  command: Type.Array(Type.String({ minLength: 1, maxLength: 4096, description: "The program, then its arguments." }), {
    minItems: 1,
    maxItems: 32,
    default: [...usualCommand],
    description: "How imsg is started on the Mac.",
  }),
  service: choice(["auto", "imessage", "sms"], {
    default: "auto",
    description: "How a person is reached with whom there is no chat yet. Existing chats keep their service.",
  }),
  smsFallback: Type.Boolean({
    default: false,
    description: "Whether a first message that iMessage cannot deliver may go as an SMS.",
  }),
  region: Type.String({
    pattern: "^[A-Z]{2}$",
    default: "US",
    description: "The country of phone numbers that are written without one.",
  }),
  attachmentsFolder: Type.String({
    minLength: 1,
    maxLength: 1024,
    default: "~/Library/Messages/Attachments",
    description: "Where Messages keeps what people send, on the Mac; nothing outside of it is ever read.",
  }),
};

export const IMessageSettings = named("IMessageSettings", imessageFields);
export type IMessageSettings = Static<typeof IMessageSettings>;

/** Under which a login keeps where Messages runs: a host of ssh, or `thisMac`. It is no secret, but goes with it. */
export const hostSecret = "host";
export const thisMac = "local";
