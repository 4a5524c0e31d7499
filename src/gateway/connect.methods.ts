import { ConnectParams, connected, event, HelloOk, invalidRequest, methodsFor, shape } from "../protocol/index.ts";

const method = methodsFor<object>();

/** The handshake as a method, for schemas and the typed client. The connection answers it, never the dispatcher. */
export const connectMethods = {
  connect: method({
    summary: "The first request on every socket: who the client is and what it may do.",
    access: connected(),
    params: ConnectParams,
    result: HelloOk,
    errors: ["INVALID_REQUEST", "NOT_PAIRED", "RATE_LIMITED", "UNAVAILABLE"],
    listed: false,
    handle: () => {
      throw invalidRequest("connect is only valid as the first request");
    },
  }),
};

export const connectEvents = {
  "connect.challenge": event({
    summary: "The first frame on every socket: the nonce to sign and the gateway's clock.",
    access: connected(),
    delivery: "sure",
    targeted: true,
    payload: shape.closed({ nonce: shape.nonEmpty(64), ts: shape.timeMs() }),
  }),
};
