/** The typed client library: one connection, or one that stays. It runs in Bun and browsers, without server code. */
export {
  type CallOptions,
  Client,
  type ClientIdentity,
  type ClientOptions,
  type Closing,
  type Credentials,
  type MethodName,
} from "./client.ts";
export { ConnectError, RequestError } from "./errors.ts";
export { plaintextRefusal } from "./plaintext.ts";
export { type DeviceTokenStore, type LinkState, type ReconnectOptions, stayConnected } from "./reconnect.ts";
export { type DeviceSigner, signDevice } from "./signer.ts";
