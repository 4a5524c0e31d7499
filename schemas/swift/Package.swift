// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "Clawdia Protocol",
  platforms: [.macOS(.v13), .iOS(.v16), .watchOS(.v9)],
  products: [
    .library(name: "ClawdiaProtocol", targets: ["ClawdiaProtocol"]),
  ],
  targets: [
    .target(name: "ClawdiaProtocol"),
    // Reads and writes every recorded frame: `swift run check-fixtures ../../test/fixtures/wire`.
    .executableTarget(name: "check-fixtures", dependencies: ["ClawdiaProtocol"], path: "Sources/CheckFixtures"),
  ]
)
