import { shape } from "../../protocol/index.ts";
import type { Link, Ports, Provider } from "../provider.ts";
import { WebChatLink, type WebChatNetwork } from "./link.ts";

/** WebChat as a network: its peers are sessions, and its wires the gateway's own clients. */
export function webchat(network: WebChatNetwork): Provider {
  return {
    id: "webchat",
    label: "WebChat",
    settings: shape.closed({}),
    can: {
      verbs: [],
      dialect: "plain",
      textCharsMax: 1_000_000,
      captionCharsMax: 0,
      countedIn: "utf16",
      mediaOutBytesMax: 0,
      mediaInBytesMax: 0,
      identity: "idempotent",
      hasThreads: false,
      hasButtons: false,
      hasVoice: false,
      tellsMentions: true,
      editIntervalMs: { direct: 0, group: 0 },
      typingIntervalMs: 0,
    },
    secretNames: [],
    open: (_account, ports: Ports): Promise<Link> => Promise.resolve(new WebChatLink(ports, network)),
    configured: () => ({ isConfigured: true }),
  };
}
