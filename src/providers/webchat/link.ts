import { DeliveryError } from "../errors.ts";
import type { OutboundMessage, SentRef } from "../message.ts";
import type { Link, Ports } from "../provider.ts";

/** What WebChat stands on; lent by those who own sessions and events. */
export interface WebChatNetwork {
  /**
   * Shows a message in a session: stored in its history and told to every client. The same `sendId` is shown once.
   * Undefined when there is no such session.
   */
  show(sessionKey: string, text: string, sendId: string): Promise<string | undefined>;
}

export class WebChatLink implements Link {
  readonly #network: WebChatNetwork;

  constructor(ports: Ports, network: WebChatNetwork) {
    this.#network = network;
    ports.state({ kind: "connecting" });
    ports.state({ kind: "connected", self: { id: "webchat", name: "WebChat" } });
  }

  async send({ peer, text, sendId }: OutboundMessage, signal: AbortSignal): Promise<SentRef> {
    signal.throwIfAborted();
    if (!text) throw refused("WebChat takes text only");
    const messageId = await this.#network.show(peer.id, text.plain, sendId);
    if (messageId === undefined) throw refused(`there is no session ${peer.id}`);
    return { messageId };
  }

  probe(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

function refused(why: string): DeliveryError {
  return new DeliveryError(why, { isCertain: true, isPermanent: true });
}
