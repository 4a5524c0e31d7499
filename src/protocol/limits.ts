/** The limits of the wire, each with its name. Sizes are bytes of UTF-8 unless a name says otherwise. */
export const wireLimits = {
  /** Largest frame before `hello-ok`. Anything above closes with 1009, unparsed. */
  greetingBytesMax: 64 * 1024,
  /** Largest inbound frame of a connected client; advertised as `policy.maxPayload`. */
  frameBytesMax: 25 * 1024 * 1024,
  /** A client that lets more than this wait unread loses lossy events and is cut at the next sure one. */
  bufferedBytesMax: 1.5 * 1024 * 1024,
  /** Largest reply. Above it the request fails with TOO_LARGE. */
  replyBytesMax: 16 * 1024 * 1024,
  /** From socket open to `hello-ok`. */
  handshakeMs: 10_000,
  /** How long a client may leave its replies unread before it is cut. */
  stalledMs: 10_000,
  /** From the close frame to the end of the TCP connection, for a client that does not read. */
  closeGraceMs: 1_000,
  tickIntervalMs: 30_000,
  /** How often a connected client is pinged (RFC 6455, section 5.5.2). */
  pingIntervalMs: 25_000,
  /** Silence, pings unanswered, after which a socket counts as half-open. */
  silenceMaxMs: 75_000,
  /** The runtime's own idle timer, which any write resets; a second net below ours. */
  idleTimeoutSeconds: 120,
  closeReasonBytesMax: 120,
  /** Nesting of one frame. */
  depthMax: 64,
  /** Frames that are not JSON, per connection, before it is closed with 1008. */
  malformedMax: 3,
  /** Refused requests (wrong role or scope) in one window before the connection is closed with 1008. */
  refusalsMax: 200,
  refusalsWindowMs: 10_000,
  /** Requests of one connection that may be under way at once. */
  inFlightMax: 256,
  /** Session keys whose spelling is remembered for one connection. */
  topicNamesMax: 64,
  /** Age of a signature without a nonce (local clients of version 3 only). */
  signatureAgeMaxMs: 600_000,
  /** Clock difference that a signature over our own nonce may show; the nonce, not the clock, proves it is fresh. */
  clockSkewMaxMs: 25 * 3_600_000,
} as const;
