/** What goes over the wire, and nothing about who answers. It holds no state and does no io. */
export {
  type Access,
  type Authority,
  type AccessVerdict,
  connected,
  coveredScopes,
  coversScope,
  judgeAccess,
  knownScopes,
  node,
  operator,
  type OperatorScope,
  operatorScopes,
  type Role,
} from "./access.ts";
export { checkerOf, fits, problemsOf } from "./checked.ts";
export { clientIds, ClientMode, isControlPage } from "./client-names.ts";
export {
  type Delivery,
  event,
  type EventTable,
  type GatewayEvent,
  joinEvents,
  type PayloadOf,
  type Publish,
} from "./define-event.ts";
export {
  type AcknowledgementOf,
  type AnyMethod,
  type Call,
  type DepsOf,
  joinMethods,
  type Method,
  methodsFor,
  type MethodTable,
  type ParamsOf,
  type Principal,
  type ResultOf,
} from "./define-method.ts";
export {
  signatureTextV1,
  signatureTextV2,
  signatureTextV3,
  type SignedFacts,
  signedToken,
} from "./device-signature.ts";
export {
  conflict,
  type ErrorCode,
  errorCodes,
  ErrorShape,
  errorTable,
  forbidden,
  GatewayError,
  type GatewayErrorOptions,
  invalidRequest,
  toWire,
  unavailable,
} from "./errors.ts";
export {
  errorText,
  EventFrame,
  GatewayFrame,
  NoParams,
  type ParsedFrame,
  parseRequest,
  RequestFrame,
  ResponseFrame,
  responseOfText,
  responseText,
  StateVersion,
} from "./frames.ts";
export {
  ConnectAuth,
  ConnectChallenge,
  ConnectDevice,
  ConnectParams,
  HelloAuth,
  HelloOk,
  PresenceEntry,
  SessionDefaults,
  Snapshot,
} from "./hello.ts";
export {
  doorHeaders,
  type FindDoor,
  type HttpDoor,
  jsonAnswer,
  jsonBody,
  type Refusal,
  refusalOf,
  type Visit,
} from "./http-door.ts";
export { PreparedJson, scanJson } from "./json-text.ts";
export { wireLimits } from "./limits.ts";
export { parseServerFrame } from "./server-frame.ts";
export * as shape from "./shapes.ts";
export { negotiateProtocol, protocolMax, protocolMin } from "./version.ts";
