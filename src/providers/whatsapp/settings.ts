import { type Static, Type } from "@sinclair/typebox";
import { shape } from "../../protocol/index.ts";

/** What one WhatsApp account is set up with. The session itself comes from a login and stands in the database. */
const { named, optional } = shape;

export const whatsappFields = {
  deviceName: Type.String({
    minLength: 1,
    maxLength: 50,
    default: "Clawdia",
    description: "How the phone names this gateway in its list of linked devices. Read when the account is linked.",
  }),
  selfChat: Type.Boolean({
    default: true,
    description: "Take what the account's owner writes to themself on the phone as a message to the agent.",
  }),
  webSocketUrl: Type.String({
    pattern: "^wss?://.+",
    maxLength: 2048,
    default: "wss://web.whatsapp.com/ws/chat",
    description: "Address of WhatsApp's socket, for tests and relays of your own.",
  }),
  mediaUrl: optional(
    Type.String({
      pattern: "^https?://.+",
      maxLength: 2048,
      description:
        "Address that files go to and come from, for tests and relays; otherwise the hosts that WhatsApp names.",
    }),
  ),
};

export const WhatsAppSettings = named("WhatsAppSettings", whatsappFields);
export type WhatsAppSettings = Static<typeof WhatsAppSettings>;

/** Says that the account is linked, and as which device. The keys themselves are records. */
export const linkedSecret = "linkedDevice";
