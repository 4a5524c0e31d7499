/// A method of the gateway: its name on the wire, and the types of what it takes and gives.
public protocol GatewayMethod {
  associatedtype Params: Codable & Sendable
  associatedtype Result: Codable & Sendable
  static var name: String { get }
}

/// A method that answers twice on the same request id: first this, then its result.
public protocol AcknowledgedGatewayMethod: GatewayMethod {
  associatedtype Acknowledgement: Codable & Sendable
}

/// An event of the gateway: its name on the wire and the type of its payload.
public protocol GatewayEvent {
  associatedtype Payload: Codable & Sendable
  static var name: String { get }
}
