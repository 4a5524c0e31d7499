/**
 * The protocol generations spoken on one socket: 3 (January 2026) and 4 (since May 2026). A client names a range; the
 * highest common number is answered. Raise `protocolMax` only when a frame or a handshake field changes its meaning
 * for a client that ignores what it does not know.
 */
export const protocolMin = 3;
export const protocolMax = 4;

/** The highest version that both sides speak, or undefined when the ranges do not meet. */
export function negotiateProtocol(clientMin: number, clientMax: number): number | undefined {
  const highest = Math.min(clientMax, protocolMax);
  return highest >= Math.max(clientMin, protocolMin) ? highest : undefined;
}
