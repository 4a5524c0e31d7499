/** Requests that may be retried safely. It does not know what the requests do. */
export { Idempotency, idempotencyLifeMs, type RequestIdentity } from "./idempotency.ts";
