// Made by `bun run generate`. Change the declaration in src, not this file.

/// The oldest protocol version that the gateway speaks.
public let gatewayProtocolMin = 3
/// The newest one.
public let gatewayProtocolMax = 4

/// Why a request failed.
public enum ErrorCode: RawRepresentable, Codable, Hashable, Sendable {
  /// The request, its parameters or an id in it is wrong. Read the message.
  case invalidRequest
  /// Something that the request needs is not there now. Try again later.
  case unavailable
  /// The device is not approved. Run `clawdia devices list` at the gateway.
  case notPaired
  /// The account is not linked to its network.
  case notLinked
  /// The agent did not finish in time.
  case agentTimeout
  /// The connection lacks a scope. Connect with a device that was approved for it.
  case forbidden
  /// There is no such thing.
  case notFound
  /// The idempotency key was used for another request. Choose a new key.
  case conflict
  /// Too many attempts. Wait for `retryAfterMs`.
  case rateLimited
  /// The request or its reply is larger than the wire allows. Ask for less.
  case tooLarge
  /// A fault of the gateway. The message has an id to look for in `clawdia logs`.
  case `internal`
  /// A word of a later version, as it came.
  case unknown(String)

  public init(rawValue: String) {
    switch rawValue {
    case "INVALID_REQUEST": self = .invalidRequest
    case "UNAVAILABLE": self = .unavailable
    case "NOT_PAIRED": self = .notPaired
    case "NOT_LINKED": self = .notLinked
    case "AGENT_TIMEOUT": self = .agentTimeout
    case "FORBIDDEN": self = .forbidden
    case "NOT_FOUND": self = .notFound
    case "CONFLICT": self = .conflict
    case "RATE_LIMITED": self = .rateLimited
    case "TOO_LARGE": self = .tooLarge
    case "INTERNAL": self = .`internal`
    default: self = .unknown(rawValue)
    }
  }

  public var rawValue: String {
    switch self {
    case .invalidRequest: "INVALID_REQUEST"
    case .unavailable: "UNAVAILABLE"
    case .notPaired: "NOT_PAIRED"
    case .notLinked: "NOT_LINKED"
    case .agentTimeout: "AGENT_TIMEOUT"
    case .forbidden: "FORBIDDEN"
    case .notFound: "NOT_FOUND"
    case .conflict: "CONFLICT"
    case .rateLimited: "RATE_LIMITED"
    case .tooLarge: "TOO_LARGE"
    case .`internal`: "INTERNAL"
    case .unknown(let word): word
    }
  }
}

extension ErrorCode {
  /// What holds when the error itself does not say.
  public var isRetryable: Bool {
    switch self {
    case .unavailable, .agentTimeout, .rateLimited: true
    default: false
    }
  }
}

extension ErrorShape {
  public var errorCode: ErrorCode { ErrorCode(rawValue: code) }
}
