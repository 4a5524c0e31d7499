import { discord, imessage, type Provider, signal, slack, telegram, whatsapp } from "../providers/index.ts";

/** Every network there is; each loads its library when an account is opened. */
export const knownProviders: readonly Provider[] = [telegram, whatsapp, slack, signal, discord, imessage];
