/// A property that can be left out (nil), be null on purpose, or have a value. Null clears a setting.
public enum Nullable<Value: Codable & Equatable & Sendable>: Codable, Equatable, Sendable {
  case null
  case value(Value)

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    self = container.decodeNil() ? .null : .value(try container.decode(Value.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .value(let value): try container.encode(value)
    }
  }
}

extension KeyedDecodingContainer {
  /// Unlike `decodeIfPresent`, it gives a null to the type, and nil only where there is no such property.
  func decodePresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
    contains(key) ? try decode(type, forKey: key) : nil
  }
}
