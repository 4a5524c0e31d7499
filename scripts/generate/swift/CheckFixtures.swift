import ClawdiaProtocol
import Foundation

/// Reads every recorded frame as its types, writes it again, and compares the two as JSON.

struct Fixture: Decodable {
  /// The definition of `payload` or, in a request, of `params`; absent where there is none.
  let payload: String?
  let frame: JSONValue
}

struct CheckFailure: Error, CustomStringConvertible {
  let description: String
}

func check(_ isTrue: Bool, _ problem: @autoclosure () -> String) throws {
  if !isTrue { throw CheckFailure(description: problem()) }
}

func rewritten<T: Codable>(_ type: T.Type, _ json: JSONValue) throws -> JSONValue {
  try JSONValue(encoding: json.decoded(as: type))
}

func content(of frame: GatewayFrame) throws -> JSONValue? {
  switch frame {
  case .req(let request): request.params
  case .res(let response): response.payload
  case .event(let event): event.payload
  case .unknown: throw CheckFailure(description: "the frame was not recognised")
  }
}

/// The name of the type that the payload was read as.
func checkFixture(at file: URL) throws -> String? {
  let fixture = try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: file))
  let again = try rewritten(GatewayFrame.self, fixture.frame)
  try check(again == fixture.frame, "the frame changed: \(again)")
  guard let name = fixture.payload else { return nil }
  guard let type = definitionTable[name] else { throw CheckFailure(description: "there is no type \(name)") }
  let json = try content(of: fixture.frame.decoded(as: GatewayFrame.self))
  guard let json else { throw CheckFailure(description: "the frame has no payload") }
  let payload = try rewritten(type, json)
  try check(payload == json, "the payload changed as \(name): \(payload)")
  return name
}

/// What a client of today must bear from a gateway of tomorrow.
func checkTolerance() throws {
  let frame: JSONValue = .object(["type": .string("future"), "n": .number(1.5)])
  guard case .unknown(let kept) = try frame.decoded(as: GatewayFrame.self) else {
    throw CheckFailure(description: "a frame of an unknown type was read as a known one")
  }
  try check(kept == frame, "a frame of an unknown type changed")
  try check(rewritten(GatewayFrame.self, frame) == frame, "a frame of an unknown type was written differently")
  let word: JSONValue = .string("not-yet-invented")
  try check(rewritten(ErrorCode.self, word) == word, "an unknown word changed")
  try check(ErrorCode(rawValue: "NOT_PAIRED") == .notPaired, "a known word was not recognised")
  let version: JSONValue = .object(["presence": .integer(1), "health": .integer(2), "weather": .integer(3)])
  let read = try version.decoded(as: StateVersion.self)
  try check(read == StateVersion(presence: 1, health: 2), "an unknown property was not ignored")
}

let folder = URL(fileURLWithPath: CommandLine.arguments.dropFirst().first ?? ".")
let all = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
let files = all.filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }
var failures = files.isEmpty ? 1 : 0
var types: Set<String> = []
for file in files {
  do {
    if let name = try checkFixture(at: file) { types.insert(name) }
  } catch {
    failures += 1
    print("FAIL \(file.lastPathComponent): \(error)")
  }
}
do {
  try checkTolerance()
} catch {
  failures += 1
  print("FAIL tolerance: \(error)")
}
print("\(files.count) frames, \(types.count) types of payload, \(failures) failures")
exit(failures == 0 ? 0 : 1)
