import { event, operator, PresenceEntry, shape } from "../protocol/index.ts";

export const presenceEvents = {
  presence: event({
    summary: "Who is connected: the whole list, after it changed.",
    access: operator("read"),
    delivery: "lossy",
    stateVersion: true,
    payload: shape.closed({ presence: shape.arrayOf(PresenceEntry, 1024) }),
  }),
};
