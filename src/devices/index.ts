/** Who may connect: devices, their approval, tokens and proofs. It does not know what a connection is used for. */
export { Attempts, attemptLimits, attemptSource } from "./attempts.ts";
export { broughtTokenLifeMs } from "./brought-tokens.ts";
export { type Admission, type Approach, Authenticator, type Secrets } from "./authenticate.ts";
export { type BearerFacts, type BearerVerdict, judgeBearer, lockedOut } from "./bearer.ts";
export { type Device, type DeviceId, liveRole } from "./device.ts";
export { Devices, type LiveConnections, requestLifeMs, requestsMax } from "./devices.ts";
export { judgePairing, type PairingFacts, type PairingVerdict } from "./pairing.ts";
export { proveDevice } from "./proof.ts";
export { SetupCodes, setupCodeLimits } from "./setup-codes.ts";
export type { OwnAddress, SetupDesk } from "./setup.methods.ts";
export { DeviceTokens } from "./tokens.ts";
