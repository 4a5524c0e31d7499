import { event, operator, shape } from "../protocol/index.ts";
import { PairingDecision, PairingRequest } from "./device.ts";

export const deviceEvents = {
  "device.pair.requested": event({
    summary: "A device asks to be approved.",
    access: operator("pairing"),
    delivery: "lossy",
    payload: PairingRequest,
  }),
  "device.pair.resolved": event({
    summary: "A device was approved or rejected.",
    access: operator("pairing"),
    delivery: "lossy",
    payload: shape.named("DevicePairResolvedEvent", {
      requestId: shape.nonEmpty(64),
      deviceId: shape.nonEmpty(128),
      decision: PairingDecision,
      ts: shape.timeMs(),
    }),
  }),
};
