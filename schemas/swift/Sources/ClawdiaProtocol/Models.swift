// Made by `bun run generate`. Change the declaration in src, not this file.

public struct AboutModel: Codable, Equatable, Sendable {
  public var contextTokens: Int?
  public var reasoning: Bool?
  public var images: Bool?
  public var tools: Bool?

  public init(contextTokens: Int? = nil, reasoning: Bool? = nil, images: Bool? = nil, tools: Bool? = nil) {
    self.contextTokens = contextTokens
    self.reasoning = reasoning
    self.images = images
    self.tools = tools
  }
}

/// The payload of `agent`. What a run does as it does it: lifecycle, assistant text (cumulative, with the new part as
/// delta).
public struct AgentEvent: Codable, Equatable, Sendable {
  public var runId: String
  public var seq: Int
  public var stream: String
  public var ts: Int
  public var data: [String: JSONValue]
  public var sessionKey: String?

  public init(runId: String, seq: Int, stream: String, ts: Int, data: [String: JSONValue], sessionKey: String? = nil) {
    self.runId = runId
    self.seq = seq
    self.stream = stream
    self.ts = ts
    self.data = data
    self.sessionKey = sessionKey
  }
}

public struct AgentIdentity: Codable, Equatable, Sendable {
  public var name: String?
  public var theme: String?
  public var emoji: String?
  public var avatar: String?
  public var avatarUrl: String?

  public init(
    name: String? = nil,
    theme: String? = nil,
    emoji: String? = nil,
    avatar: String? = nil,
    avatarUrl: String? = nil
  ) {
    self.name = name
    self.theme = theme
    self.emoji = emoji
    self.avatar = avatar
    self.avatarUrl = avatarUrl
  }
}

public struct AgentMeta: Codable, Equatable, Sendable {
  public var sessionId: String
  public var provider: String
  public var model: String
  public var usage: Usage?

  public init(sessionId: String, provider: String, model: String, usage: Usage? = nil) {
    self.sessionId = sessionId
    self.provider = provider
    self.model = model
    self.usage = usage
  }
}

public struct AgentReply: Codable, Equatable, Sendable {
  public var payloads: [AgentReplyPayload]
  public var meta: AgentReplyMeta

  public init(payloads: [AgentReplyPayload], meta: AgentReplyMeta) {
    self.payloads = payloads
    self.meta = meta
  }
}

public struct AgentReplyMeta: Codable, Equatable, Sendable {
  public var durationMs: Int
  public var agentMeta: AgentMeta
  public var aborted: Bool?
  public var stopReason: String?

  public init(durationMs: Int, agentMeta: AgentMeta, aborted: Bool? = nil, stopReason: String? = nil) {
    self.durationMs = durationMs
    self.agentMeta = agentMeta
    self.aborted = aborted
    self.stopReason = stopReason
  }
}

public struct AgentReplyPayload: Codable, Equatable, Sendable {
  public var text: String
  public var mediaUrl: String?

  public init(text: String, mediaUrl: String?) {
    self.text = text
    self.mediaUrl = mediaUrl
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(self.text, forKey: .text)
    try container.encode(self.mediaUrl, forKey: .mediaUrl)
  }
}

public struct AgentSummary: Codable, Equatable, Sendable {
  public var id: String
  public var name: String?
  public var identity: AgentIdentity?

  public init(id: String, name: String? = nil, identity: AgentIdentity? = nil) {
    self.id = id
    self.name = name
    self.identity = identity
  }
}

/// The payload of `approval.requested`. Somebody unknown wrote and asks to talk to the agent.
public struct ApprovalRequest: Codable, Equatable, Sendable {
  public var channel: String
  public var accountId: String
  public var senderId: String
  public var senderName: String?
  public var createdAtMs: Int
  public var expiresAtMs: Int

  public init(
    channel: String,
    accountId: String,
    senderId: String,
    senderName: String? = nil,
    createdAtMs: Int,
    expiresAtMs: Int
  ) {
    self.channel = channel
    self.accountId = accountId
    self.senderId = senderId
    self.senderName = senderName
    self.createdAtMs = createdAtMs
    self.expiresAtMs = expiresAtMs
  }
}

/// The payload of `approval.resolved`. A person who asked was approved or rejected.
public struct ApprovalResolved: Codable, Equatable, Sendable {
  public var channel: String
  public var accountId: String
  public var senderId: String
  public var decision: Decision

  public enum Decision: RawRepresentable, Codable, Hashable, Sendable {
    case approved
    case rejected
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "approved": self = .approved
      case "rejected": self = .rejected
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .approved: "approved"
      case .rejected: "rejected"
      case .unknown(let word): word
      }
    }
  }

  public init(channel: String, accountId: String, senderId: String, decision: Decision) {
    self.channel = channel
    self.accountId = accountId
    self.senderId = senderId
    self.decision = decision
  }
}

public struct ApprovedSender: Codable, Equatable, Sendable {
  public var channel: String
  public var accountId: String
  public var senderId: String
  public var senderName: String?
  public var isOwner: Bool
  public var approvedAtMs: Int

  public init(
    channel: String,
    accountId: String,
    senderId: String,
    senderName: String? = nil,
    isOwner: Bool,
    approvedAtMs: Int
  ) {
    self.channel = channel
    self.accountId = accountId
    self.senderId = senderId
    self.senderName = senderName
    self.isOwner = isOwner
    self.approvedAtMs = approvedAtMs
  }
}

public struct Attachment: Codable, Equatable, Sendable {
  public var type: String?
  public var mimeType: String?
  public var fileName: String?
  public var content: JSONValue?

  public init(type: String? = nil, mimeType: String? = nil, fileName: String? = nil, content: JSONValue? = nil) {
    self.type = type
    self.mimeType = mimeType
    self.fileName = fileName
    self.content = content
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.type = try container.decodeIfPresent(String.self, forKey: .type)
    self.mimeType = try container.decodeIfPresent(String.self, forKey: .mimeType)
    self.fileName = try container.decodeIfPresent(String.self, forKey: .fileName)
    self.content = try container.decodePresent(JSONValue.self, forKey: .content)
  }
}

public struct CanvasBoardState: Codable, Equatable, Sendable {
  public var id: String
  public var surfaces: [String]
  public var shows: String?
  public var screens: [String]

  public init(id: String, surfaces: [String], shows: String? = nil, screens: [String]) {
    self.id = id
    self.surfaces = surfaces
    self.shows = shows
    self.screens = screens
  }
}

/// What `canvas.link` gives. An address that makes a browser a screen (tab), or only shows a board until it expires
/// (view). With code (for admins) it lets one new screen in by itself, once, within five minutes.
public struct CanvasLink: Codable, Equatable, Sendable {
  public var path: String
  public var url: String
  public var expiresAtMs: Int?

  public init(path: String, url: String, expiresAtMs: Int? = nil) {
    self.path = path
    self.url = url
    self.expiresAtMs = expiresAtMs
  }
}

/// What `canvas.push` gives. Draws A2UI messages on a board: checked, kept, and shown on every screen of it.
public struct CanvasPushed: Codable, Equatable, Sendable {
  public var surfaces: [String]
  public var screens: Int
  public var troubles: [String]

  public init(surfaces: [String], screens: Int, troubles: [String]) {
    self.surfaces = surfaces
    self.screens = screens
    self.troubles = troubles
  }
}

/// What `canvas.snapshot` gives. A picture of what a board's screen shows.
public struct CanvasSnapshot: Codable, Equatable, Sendable {
  public var format: Format
  public var base64: String
  public var width: Int
  public var height: Int

  public enum Format: RawRepresentable, Codable, Hashable, Sendable {
    case png
    case jpeg
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "png": self = .png
      case "jpeg": self = .jpeg
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .png: "png"
      case .jpeg: "jpeg"
      case .unknown(let word): word
      }
    }
  }

  public init(format: Format, base64: String, width: Int, height: Int) {
    self.format = format
    self.base64 = base64
    self.width = width
    self.height = height
  }
}

public struct ChannelMeta: Codable, Equatable, Sendable {
  public var id: String
  public var label: String
  public var detailLabel: String

  public init(id: String, label: String, detailLabel: String) {
    self.id = id
    self.label = label
    self.detailLabel = detailLabel
  }
}

/// The payload of `chat`. The answer of a run as a chat shows it: growing text, then its end.
public struct ChatEvent: Codable, Equatable, Sendable {
  public var runId: String
  public var sessionKey: String
  public var seq: Int
  public var state: State
  public var message: ChatMessage?
  public var deltaText: String?
  public var replace: Bool?
  public var errorMessage: String?
  public var usage: Usage?
  public var stopReason: String?

  public enum State: RawRepresentable, Codable, Hashable, Sendable {
    case delta
    case final
    case aborted
    case error
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "delta": self = .delta
      case "final": self = .final
      case "aborted": self = .aborted
      case "error": self = .error
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .delta: "delta"
      case .final: "final"
      case .aborted: "aborted"
      case .error: "error"
      case .unknown(let word): word
      }
    }
  }

  public init(
    runId: String,
    sessionKey: String,
    seq: Int,
    state: State,
    message: ChatMessage? = nil,
    deltaText: String? = nil,
    replace: Bool? = nil,
    errorMessage: String? = nil,
    usage: Usage? = nil,
    stopReason: String? = nil
  ) {
    self.runId = runId
    self.sessionKey = sessionKey
    self.seq = seq
    self.state = state
    self.message = message
    self.deltaText = deltaText
    self.replace = replace
    self.errorMessage = errorMessage
    self.usage = usage
    self.stopReason = stopReason
  }
}

public struct ChatMessage: Codable, Equatable, Sendable {
  public var id: String?
  public var role: Role
  public var content: [ContentBlock]
  public var timestamp: Int
  public var runId: String?
  public var stopReason: String?
  public var model: String?
  public var provider: String?
  public var api: String?
  public var usage: Usage?

  public enum Role: RawRepresentable, Codable, Hashable, Sendable {
    case user
    case assistant
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "user": self = .user
      case "assistant": self = .assistant
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .user: "user"
      case .assistant: "assistant"
      case .unknown(let word): word
      }
    }
  }

  public init(
    id: String? = nil,
    role: Role,
    content: [ContentBlock],
    timestamp: Int,
    runId: String? = nil,
    stopReason: String? = nil,
    model: String? = nil,
    provider: String? = nil,
    api: String? = nil,
    usage: Usage? = nil
  ) {
    self.id = id
    self.role = role
    self.content = content
    self.timestamp = timestamp
    self.runId = runId
    self.stopReason = stopReason
    self.model = model
    self.provider = provider
    self.api = api
    self.usage = usage
  }
}

public enum ClientId: RawRepresentable, Codable, Hashable, Sendable {
  case webchatUi
  case webchat
  case cli
  case gatewayClient
  case nodeHost
  case test
  case fingerprint
  case clawdiaControlUi
  case clawdiaMacos
  case clawdiaIos
  case clawdiaAndroid
  case clawdiaProbe
  case clawdiaLinux
  case clawdiaWatchos
  case clawdiaBrowserCopilot
  case clawdiaTui
  case clawdiaWorker
  case openclawControlUi
  case openclawMacos
  case openclawIos
  case openclawAndroid
  case openclawProbe
  case openclawLinux
  case openclawWatchos
  case openclawBrowserCopilot
  case openclawTui
  case openclawWorker
  case moltbotControlUi
  case moltbotMacos
  case moltbotIos
  case moltbotAndroid
  case moltbotProbe
  case moltbotLinux
  case moltbotWatchos
  case moltbotBrowserCopilot
  case moltbotTui
  case moltbotWorker
  case clawdbotControlUi
  case clawdbotMacos
  case clawdbotIos
  case clawdbotAndroid
  case clawdbotProbe
  case clawdbotLinux
  case clawdbotWatchos
  case clawdbotBrowserCopilot
  case clawdbotTui
  case clawdbotWorker
  /// A word of a later version, as it came.
  case unknown(String)

  public init(rawValue: String) {
    switch rawValue {
    case "webchat-ui": self = .webchatUi
    case "webchat": self = .webchat
    case "cli": self = .cli
    case "gateway-client": self = .gatewayClient
    case "node-host": self = .nodeHost
    case "test": self = .test
    case "fingerprint": self = .fingerprint
    case "clawdia-control-ui": self = .clawdiaControlUi
    case "clawdia-macos": self = .clawdiaMacos
    case "clawdia-ios": self = .clawdiaIos
    case "clawdia-android": self = .clawdiaAndroid
    case "clawdia-probe": self = .clawdiaProbe
    case "clawdia-linux": self = .clawdiaLinux
    case "clawdia-watchos": self = .clawdiaWatchos
    case "clawdia-browser-copilot": self = .clawdiaBrowserCopilot
    case "clawdia-tui": self = .clawdiaTui
    case "clawdia-worker": self = .clawdiaWorker
    case "openclaw-control-ui": self = .openclawControlUi
    case "openclaw-macos": self = .openclawMacos
    case "openclaw-ios": self = .openclawIos
    case "openclaw-android": self = .openclawAndroid
    case "openclaw-probe": self = .openclawProbe
    case "openclaw-linux": self = .openclawLinux
    case "openclaw-watchos": self = .openclawWatchos
    case "openclaw-browser-copilot": self = .openclawBrowserCopilot
    case "openclaw-tui": self = .openclawTui
    case "openclaw-worker": self = .openclawWorker
    case "moltbot-control-ui": self = .moltbotControlUi
    case "moltbot-macos": self = .moltbotMacos
    case "moltbot-ios": self = .moltbotIos
    case "moltbot-android": self = .moltbotAndroid
    case "moltbot-probe": self = .moltbotProbe
    case "moltbot-linux": self = .moltbotLinux
    case "moltbot-watchos": self = .moltbotWatchos
    case "moltbot-browser-copilot": self = .moltbotBrowserCopilot
    case "moltbot-tui": self = .moltbotTui
    case "moltbot-worker": self = .moltbotWorker
    case "clawdbot-control-ui": self = .clawdbotControlUi
    case "clawdbot-macos": self = .clawdbotMacos
    case "clawdbot-ios": self = .clawdbotIos
    case "clawdbot-android": self = .clawdbotAndroid
    case "clawdbot-probe": self = .clawdbotProbe
    case "clawdbot-linux": self = .clawdbotLinux
    case "clawdbot-watchos": self = .clawdbotWatchos
    case "clawdbot-browser-copilot": self = .clawdbotBrowserCopilot
    case "clawdbot-tui": self = .clawdbotTui
    case "clawdbot-worker": self = .clawdbotWorker
    default: self = .unknown(rawValue)
    }
  }

  public var rawValue: String {
    switch self {
    case .webchatUi: "webchat-ui"
    case .webchat: "webchat"
    case .cli: "cli"
    case .gatewayClient: "gateway-client"
    case .nodeHost: "node-host"
    case .test: "test"
    case .fingerprint: "fingerprint"
    case .clawdiaControlUi: "clawdia-control-ui"
    case .clawdiaMacos: "clawdia-macos"
    case .clawdiaIos: "clawdia-ios"
    case .clawdiaAndroid: "clawdia-android"
    case .clawdiaProbe: "clawdia-probe"
    case .clawdiaLinux: "clawdia-linux"
    case .clawdiaWatchos: "clawdia-watchos"
    case .clawdiaBrowserCopilot: "clawdia-browser-copilot"
    case .clawdiaTui: "clawdia-tui"
    case .clawdiaWorker: "clawdia-worker"
    case .openclawControlUi: "openclaw-control-ui"
    case .openclawMacos: "openclaw-macos"
    case .openclawIos: "openclaw-ios"
    case .openclawAndroid: "openclaw-android"
    case .openclawProbe: "openclaw-probe"
    case .openclawLinux: "openclaw-linux"
    case .openclawWatchos: "openclaw-watchos"
    case .openclawBrowserCopilot: "openclaw-browser-copilot"
    case .openclawTui: "openclaw-tui"
    case .openclawWorker: "openclaw-worker"
    case .moltbotControlUi: "moltbot-control-ui"
    case .moltbotMacos: "moltbot-macos"
    case .moltbotIos: "moltbot-ios"
    case .moltbotAndroid: "moltbot-android"
    case .moltbotProbe: "moltbot-probe"
    case .moltbotLinux: "moltbot-linux"
    case .moltbotWatchos: "moltbot-watchos"
    case .moltbotBrowserCopilot: "moltbot-browser-copilot"
    case .moltbotTui: "moltbot-tui"
    case .moltbotWorker: "moltbot-worker"
    case .clawdbotControlUi: "clawdbot-control-ui"
    case .clawdbotMacos: "clawdbot-macos"
    case .clawdbotIos: "clawdbot-ios"
    case .clawdbotAndroid: "clawdbot-android"
    case .clawdbotProbe: "clawdbot-probe"
    case .clawdbotLinux: "clawdbot-linux"
    case .clawdbotWatchos: "clawdbot-watchos"
    case .clawdbotBrowserCopilot: "clawdbot-browser-copilot"
    case .clawdbotTui: "clawdbot-tui"
    case .clawdbotWorker: "clawdbot-worker"
    case .unknown(let word): word
    }
  }
}

public enum ClientMode: RawRepresentable, Codable, Hashable, Sendable {
  case webchat
  case cli
  case ui
  case backend
  case node
  case probe
  case test
  case worker
  /// A word of a later version, as it came.
  case unknown(String)

  public init(rawValue: String) {
    switch rawValue {
    case "webchat": self = .webchat
    case "cli": self = .cli
    case "ui": self = .ui
    case "backend": self = .backend
    case "node": self = .node
    case "probe": self = .probe
    case "test": self = .test
    case "worker": self = .worker
    default: self = .unknown(rawValue)
    }
  }

  public var rawValue: String {
    switch self {
    case .webchat: "webchat"
    case .cli: "cli"
    case .ui: "ui"
    case .backend: "backend"
    case .node: "node"
    case .probe: "probe"
    case .test: "test"
    case .worker: "worker"
    case .unknown(let word): word
    }
  }
}

public struct ConfigCopy: Codable, Equatable, Sendable {
  public var id: String
  public var atMs: Int
  public var kind: Kind
  public var isUsable: Bool

  public enum Kind: RawRepresentable, Codable, Hashable, Sendable {
    case good
    case setAside
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "good": self = .good
      case "set-aside": self = .setAside
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .good: "good"
      case .setAside: "set-aside"
      case .unknown(let word): word
      }
    }
  }

  public init(id: String, atMs: Int, kind: Kind, isUsable: Bool) {
    self.id = id
    self.atMs = atMs
    self.kind = kind
    self.isUsable = isUsable
  }
}

public struct ConfigIssue: Codable, Equatable, Sendable {
  public var path: String
  public var message: String

  public init(path: String, message: String) {
    self.path = path
    self.message = message
  }
}

public struct ConfigRestart: Codable, Equatable, Sendable {
  public var ok: Bool
  public var pid: Int
  public var signal: String
  public var delayMs: Int
  public var reason: String
  public var mode: Mode

  public enum Mode: RawRepresentable, Codable, Hashable, Sendable {
    case emit
    case signal
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "emit": self = .emit
      case "signal": self = .signal
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .emit: "emit"
      case .signal: "signal"
      case .unknown(let word): word
      }
    }
  }

  public init(ok: Bool, pid: Int, signal: String = "SIGUSR1", delayMs: Int, reason: String, mode: Mode) {
    self.ok = ok
    self.pid = pid
    self.signal = signal
    self.delayMs = delayMs
    self.reason = reason
    self.mode = mode
  }
}

public struct ConfigSentinel: Codable, Equatable, Sendable {
  public var path: String?
  public var payload: ConfigSentinelPayload

  public init(path: String?, payload: ConfigSentinelPayload) {
    self.path = path
    self.payload = payload
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(self.path, forKey: .path)
    try container.encode(self.payload, forKey: .payload)
  }
}

public struct ConfigSentinelPayload: Codable, Equatable, Sendable {
  public var kind: Kind
  public var status: String
  public var ts: Int
  public var message: String?
  public var doctorHint: String

  public enum Kind: RawRepresentable, Codable, Hashable, Sendable {
    case configApply
    case update
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "config-apply": self = .configApply
      case "update": self = .update
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .configApply: "config-apply"
      case .update: "update"
      case .unknown(let word): word
      }
    }
  }

  public init(kind: Kind, status: String, ts: Int, message: String?, doctorHint: String) {
    self.kind = kind
    self.status = status
    self.ts = ts
    self.message = message
    self.doctorHint = doctorHint
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(self.kind, forKey: .kind)
    try container.encode(self.status, forKey: .status)
    try container.encode(self.ts, forKey: .ts)
    try container.encode(self.message, forKey: .message)
    try container.encode(self.doctorHint, forKey: .doctorHint)
  }
}

public struct ConfigUiHint: Codable, Equatable, Sendable {
  public var label: String?
  public var help: String?
  public var group: String?
  public var order: Int?
  public var advanced: Bool?
  public var sensitive: Bool?
  public var placeholder: String?
  public var itemTemplate: JSONValue?

  public init(
    label: String? = nil,
    help: String? = nil,
    group: String? = nil,
    order: Int? = nil,
    advanced: Bool? = nil,
    sensitive: Bool? = nil,
    placeholder: String? = nil,
    itemTemplate: JSONValue? = nil
  ) {
    self.label = label
    self.help = help
    self.group = group
    self.order = order
    self.advanced = advanced
    self.sensitive = sensitive
    self.placeholder = placeholder
    self.itemTemplate = itemTemplate
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.label = try container.decodeIfPresent(String.self, forKey: .label)
    self.help = try container.decodeIfPresent(String.self, forKey: .help)
    self.group = try container.decodeIfPresent(String.self, forKey: .group)
    self.order = try container.decodeIfPresent(Int.self, forKey: .order)
    self.advanced = try container.decodeIfPresent(Bool.self, forKey: .advanced)
    self.sensitive = try container.decodeIfPresent(Bool.self, forKey: .sensitive)
    self.placeholder = try container.decodeIfPresent(String.self, forKey: .placeholder)
    self.itemTemplate = try container.decodePresent(JSONValue.self, forKey: .itemTemplate)
  }
}

public struct ConnectAuth: Codable, Equatable, Sendable {
  public var token: String?
  public var password: String?
  public var deviceToken: String?
  public var bootstrapToken: String?
  public var approvalRuntimeToken: String?
  public var agentRuntimeIdentityToken: String?

  public init(
    token: String? = nil,
    password: String? = nil,
    deviceToken: String? = nil,
    bootstrapToken: String? = nil,
    approvalRuntimeToken: String? = nil,
    agentRuntimeIdentityToken: String? = nil
  ) {
    self.token = token
    self.password = password
    self.deviceToken = deviceToken
    self.bootstrapToken = bootstrapToken
    self.approvalRuntimeToken = approvalRuntimeToken
    self.agentRuntimeIdentityToken = agentRuntimeIdentityToken
  }
}

/// The payload of `connect.challenge`. The first frame on every socket: the nonce to sign and the gateway's clock.
public struct ConnectChallengeEvent: Codable, Equatable, Sendable {
  public var nonce: String
  public var ts: Int

  public init(nonce: String, ts: Int) {
    self.nonce = nonce
    self.ts = ts
  }
}

public struct ConnectClient: Codable, Equatable, Sendable {
  public var id: ClientId
  public var displayName: String?
  public var version: String
  public var platform: String
  public var deviceFamily: String?
  public var modelIdentifier: String?
  public var mode: ClientMode
  public var instanceId: String?
  public var buildId: String?
  public var timeZone: String?

  public init(
    id: ClientId,
    displayName: String? = nil,
    version: String,
    platform: String,
    deviceFamily: String? = nil,
    modelIdentifier: String? = nil,
    mode: ClientMode,
    instanceId: String? = nil,
    buildId: String? = nil,
    timeZone: String? = nil
  ) {
    self.id = id
    self.displayName = displayName
    self.version = version
    self.platform = platform
    self.deviceFamily = deviceFamily
    self.modelIdentifier = modelIdentifier
    self.mode = mode
    self.instanceId = instanceId
    self.buildId = buildId
    self.timeZone = timeZone
  }
}

public struct ConnectDevice: Codable, Equatable, Sendable {
  public var id: String
  public var publicKey: String
  public var signature: String
  public var signedAt: Int
  public var nonce: String?

  public init(id: String, publicKey: String, signature: String, signedAt: Int, nonce: String? = nil) {
    self.id = id
    self.publicKey = publicKey
    self.signature = signature
    self.signedAt = signedAt
    self.nonce = nonce
  }
}

public enum ContentBlock: Codable, Equatable, Sendable {
  case text(TextBlock)
  case image(ImageBlock)
  case thinking(ThinkingBlock)
  /// A kind of a later version, as it came.
  case unknown(JSONValue)

  private enum TagKey: String, CodingKey {
    case tag = "type"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: TagKey.self)
    switch try container.decodeIfPresent(String.self, forKey: .tag) {
    case "text": self = .text(try TextBlock(from: decoder))
    case "image": self = .image(try ImageBlock(from: decoder))
    case "thinking": self = .thinking(try ThinkingBlock(from: decoder))
    default: self = .unknown(try JSONValue(from: decoder))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .text(let value): try value.encode(to: encoder)
    case .image(let value): try value.encode(to: encoder)
    case .thinking(let value): try value.encode(to: encoder)
    case .unknown(let value): try value.encode(to: encoder)
    }
  }
}

public struct CronAgentTurn: Codable, Equatable, Sendable {
  public var kind: String
  public var message: String
  public var model: String?
  public var thinking: String?
  public var timeoutSeconds: Int?
  public var deliver: Bool?
  public var channel: String?
  public var to: String?
  public var accountId: String?
  public var threadId: String?
  public var bestEffortDeliver: Bool?

  public init(
    kind: String = "agentTurn",
    message: String,
    model: String? = nil,
    thinking: String? = nil,
    timeoutSeconds: Int? = nil,
    deliver: Bool? = nil,
    channel: String? = nil,
    to: String? = nil,
    accountId: String? = nil,
    threadId: String? = nil,
    bestEffortDeliver: Bool? = nil
  ) {
    self.kind = kind
    self.message = message
    self.model = model
    self.thinking = thinking
    self.timeoutSeconds = timeoutSeconds
    self.deliver = deliver
    self.channel = channel
    self.to = to
    self.accountId = accountId
    self.threadId = threadId
    self.bestEffortDeliver = bestEffortDeliver
  }
}

public struct CronAgentTurnPatch: Codable, Equatable, Sendable {
  public var kind: String
  public var message: String?
  public var model: String?
  public var thinking: String?
  public var timeoutSeconds: Int?
  public var deliver: Bool?
  public var channel: String?
  public var to: String?
  public var accountId: String?
  public var threadId: String?
  public var bestEffortDeliver: Bool?

  public init(
    kind: String = "agentTurn",
    message: String? = nil,
    model: String? = nil,
    thinking: String? = nil,
    timeoutSeconds: Int? = nil,
    deliver: Bool? = nil,
    channel: String? = nil,
    to: String? = nil,
    accountId: String? = nil,
    threadId: String? = nil,
    bestEffortDeliver: Bool? = nil
  ) {
    self.kind = kind
    self.message = message
    self.model = model
    self.thinking = thinking
    self.timeoutSeconds = timeoutSeconds
    self.deliver = deliver
    self.channel = channel
    self.to = to
    self.accountId = accountId
    self.threadId = threadId
    self.bestEffortDeliver = bestEffortDeliver
  }
}

public struct CronAt: Codable, Equatable, Sendable {
  public var kind: String
  public var atMs: Int
  public var at: String?

  public init(kind: String = "at", atMs: Int, at: String? = nil) {
    self.kind = kind
    self.atMs = atMs
    self.at = at
  }
}

/// The payload of `cron`. A job was added, changed or removed, or a run of it started or finished.
public struct CronEvent: Codable, Equatable, Sendable {
  public var jobId: String
  public var action: Action
  public var runAtMs: Int?
  public var durationMs: Int?
  public var status: Status?
  public var error: String?
  public var summary: String?
  public var nextRunAtMs: Int?

  public enum Action: RawRepresentable, Codable, Hashable, Sendable {
    case added
    case updated
    case removed
    case started
    case finished
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "added": self = .added
      case "updated": self = .updated
      case "removed": self = .removed
      case "started": self = .started
      case "finished": self = .finished
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .added: "added"
      case .updated: "updated"
      case .removed: "removed"
      case .started: "started"
      case .finished: "finished"
      case .unknown(let word): word
      }
    }
  }

  public enum Status: RawRepresentable, Codable, Hashable, Sendable {
    case ok
    case error
    case skipped
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "ok": self = .ok
      case "error": self = .error
      case "skipped": self = .skipped
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .ok: "ok"
      case .error: "error"
      case .skipped: "skipped"
      case .unknown(let word): word
      }
    }
  }

  public init(
    jobId: String,
    action: Action,
    runAtMs: Int? = nil,
    durationMs: Int? = nil,
    status: Status? = nil,
    error: String? = nil,
    summary: String? = nil,
    nextRunAtMs: Int? = nil
  ) {
    self.jobId = jobId
    self.action = action
    self.runAtMs = runAtMs
    self.durationMs = durationMs
    self.status = status
    self.error = error
    self.summary = summary
    self.nextRunAtMs = nextRunAtMs
  }
}

public struct CronEvery: Codable, Equatable, Sendable {
  public var kind: String
  public var everyMs: Int
  public var anchorMs: Int?

  public init(kind: String = "every", everyMs: Int, anchorMs: Int? = nil) {
    self.kind = kind
    self.everyMs = everyMs
    self.anchorMs = anchorMs
  }
}

public struct CronExpression: Codable, Equatable, Sendable {
  public var kind: String
  public var expr: String
  public var tz: String?

  public init(kind: String = "cron", expr: String, tz: String? = nil) {
    self.kind = kind
    self.expr = expr
    self.tz = tz
  }
}

public struct CronIsolation: Codable, Equatable, Sendable {
  public var postToMainPrefix: String?
  public var postToMainMode: PostToMainMode?
  public var postToMainMaxChars: Int?

  public enum PostToMainMode: RawRepresentable, Codable, Hashable, Sendable {
    case summary
    case full
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "summary": self = .summary
      case "full": self = .full
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .summary: "summary"
      case .full: "full"
      case .unknown(let word): word
      }
    }
  }

  public init(postToMainPrefix: String? = nil, postToMainMode: PostToMainMode? = nil, postToMainMaxChars: Int? = nil) {
    self.postToMainPrefix = postToMainPrefix
    self.postToMainMode = postToMainMode
    self.postToMainMaxChars = postToMainMaxChars
  }
}

/// What `cron.add` gives. Adds a scheduled job. Older spellings of its fields are understood.
public struct CronJob: Codable, Equatable, Sendable {
  public var id: String
  public var agentId: String?
  public var name: String
  public var description: String?
  public var enabled: Bool
  public var deleteAfterRun: Bool?
  public var createdAtMs: Int
  public var updatedAtMs: Int
  public var schedule: CronSchedule
  public var sessionTarget: SessionTarget
  public var wakeMode: WakeMode
  public var payload: CronPayload
  public var isolation: CronIsolation?
  public var misfire: Misfire?
  public var state: CronJobState

  public enum SessionTarget: RawRepresentable, Codable, Hashable, Sendable {
    case main
    case isolated
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "main": self = .main
      case "isolated": self = .isolated
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .main: "main"
      case .isolated: "isolated"
      case .unknown(let word): word
      }
    }
  }

  public enum WakeMode: RawRepresentable, Codable, Hashable, Sendable {
    case now
    case nextHeartbeat
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "now": self = .now
      case "next-heartbeat": self = .nextHeartbeat
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .now: "now"
      case .nextHeartbeat: "next-heartbeat"
      case .unknown(let word): word
      }
    }
  }

  public enum Misfire: RawRepresentable, Codable, Hashable, Sendable {
    case once
    case skip
    case all
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "once": self = .once
      case "skip": self = .skip
      case "all": self = .all
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .once: "once"
      case .skip: "skip"
      case .all: "all"
      case .unknown(let word): word
      }
    }
  }

  public init(
    id: String,
    agentId: String? = nil,
    name: String,
    description: String? = nil,
    enabled: Bool,
    deleteAfterRun: Bool? = nil,
    createdAtMs: Int,
    updatedAtMs: Int,
    schedule: CronSchedule,
    sessionTarget: SessionTarget,
    wakeMode: WakeMode,
    payload: CronPayload,
    isolation: CronIsolation? = nil,
    misfire: Misfire? = nil,
    state: CronJobState
  ) {
    self.id = id
    self.agentId = agentId
    self.name = name
    self.description = description
    self.enabled = enabled
    self.deleteAfterRun = deleteAfterRun
    self.createdAtMs = createdAtMs
    self.updatedAtMs = updatedAtMs
    self.schedule = schedule
    self.sessionTarget = sessionTarget
    self.wakeMode = wakeMode
    self.payload = payload
    self.isolation = isolation
    self.misfire = misfire
    self.state = state
  }
}

public struct CronJobPatch: Codable, Equatable, Sendable {
  public var name: String?
  public var schedule: CronSchedule?
  public var sessionTarget: SessionTarget?
  public var wakeMode: WakeMode?
  public var payload: CronPayloadPatch?
  public var agentId: Nullable<String>?
  public var description: String?
  public var enabled: Bool?
  public var deleteAfterRun: Bool?
  public var isolation: CronIsolation?
  public var misfire: Misfire?
  public var state: CronJobState?

  public enum SessionTarget: RawRepresentable, Codable, Hashable, Sendable {
    case main
    case isolated
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "main": self = .main
      case "isolated": self = .isolated
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .main: "main"
      case .isolated: "isolated"
      case .unknown(let word): word
      }
    }
  }

  public enum WakeMode: RawRepresentable, Codable, Hashable, Sendable {
    case now
    case nextHeartbeat
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "now": self = .now
      case "next-heartbeat": self = .nextHeartbeat
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .now: "now"
      case .nextHeartbeat: "next-heartbeat"
      case .unknown(let word): word
      }
    }
  }

  public enum Misfire: RawRepresentable, Codable, Hashable, Sendable {
    case once
    case skip
    case all
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "once": self = .once
      case "skip": self = .skip
      case "all": self = .all
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .once: "once"
      case .skip: "skip"
      case .all: "all"
      case .unknown(let word): word
      }
    }
  }

  public init(
    name: String? = nil,
    schedule: CronSchedule? = nil,
    sessionTarget: SessionTarget? = nil,
    wakeMode: WakeMode? = nil,
    payload: CronPayloadPatch? = nil,
    agentId: Nullable<String>? = nil,
    description: String? = nil,
    enabled: Bool? = nil,
    deleteAfterRun: Bool? = nil,
    isolation: CronIsolation? = nil,
    misfire: Misfire? = nil,
    state: CronJobState? = nil
  ) {
    self.name = name
    self.schedule = schedule
    self.sessionTarget = sessionTarget
    self.wakeMode = wakeMode
    self.payload = payload
    self.agentId = agentId
    self.description = description
    self.enabled = enabled
    self.deleteAfterRun = deleteAfterRun
    self.isolation = isolation
    self.misfire = misfire
    self.state = state
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.name = try container.decodeIfPresent(String.self, forKey: .name)
    self.schedule = try container.decodeIfPresent(CronSchedule.self, forKey: .schedule)
    self.sessionTarget = try container.decodeIfPresent(SessionTarget.self, forKey: .sessionTarget)
    self.wakeMode = try container.decodeIfPresent(WakeMode.self, forKey: .wakeMode)
    self.payload = try container.decodeIfPresent(CronPayloadPatch.self, forKey: .payload)
    self.agentId = try container.decodePresent(Nullable<String>.self, forKey: .agentId)
    self.description = try container.decodeIfPresent(String.self, forKey: .description)
    self.enabled = try container.decodeIfPresent(Bool.self, forKey: .enabled)
    self.deleteAfterRun = try container.decodeIfPresent(Bool.self, forKey: .deleteAfterRun)
    self.isolation = try container.decodeIfPresent(CronIsolation.self, forKey: .isolation)
    self.misfire = try container.decodeIfPresent(Misfire.self, forKey: .misfire)
    self.state = try container.decodeIfPresent(CronJobState.self, forKey: .state)
  }
}

public struct CronJobState: Codable, Equatable, Sendable {
  public var nextRunAtMs: Int?
  public var runningAtMs: Int?
  public var lastRunAtMs: Int?
  public var lastStatus: LastStatus?
  public var lastError: String?
  public var lastDurationMs: Int?
  public var pausedReason: String?

  public enum LastStatus: RawRepresentable, Codable, Hashable, Sendable {
    case ok
    case error
    case skipped
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "ok": self = .ok
      case "error": self = .error
      case "skipped": self = .skipped
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .ok: "ok"
      case .error: "error"
      case .skipped: "skipped"
      case .unknown(let word): word
      }
    }
  }

  public init(
    nextRunAtMs: Int? = nil,
    runningAtMs: Int? = nil,
    lastRunAtMs: Int? = nil,
    lastStatus: LastStatus? = nil,
    lastError: String? = nil,
    lastDurationMs: Int? = nil,
    pausedReason: String? = nil
  ) {
    self.nextRunAtMs = nextRunAtMs
    self.runningAtMs = runningAtMs
    self.lastRunAtMs = lastRunAtMs
    self.lastStatus = lastStatus
    self.lastError = lastError
    self.lastDurationMs = lastDurationMs
    self.pausedReason = pausedReason
  }
}

public struct CronMessage: Codable, Equatable, Sendable {
  public var kind: String
  public var text: String
  public var channel: String?
  public var to: String
  public var accountId: String?
  public var threadId: String?

  public init(
    kind: String = "message",
    text: String,
    channel: String? = nil,
    to: String,
    accountId: String? = nil,
    threadId: String? = nil
  ) {
    self.kind = kind
    self.text = text
    self.channel = channel
    self.to = to
    self.accountId = accountId
    self.threadId = threadId
  }
}

public struct CronMessagePatch: Codable, Equatable, Sendable {
  public var kind: String
  public var text: String?
  public var channel: String?
  public var to: String?
  public var accountId: String?
  public var threadId: String?

  public init(
    kind: String = "message",
    text: String? = nil,
    channel: String? = nil,
    to: String? = nil,
    accountId: String? = nil,
    threadId: String? = nil
  ) {
    self.kind = kind
    self.text = text
    self.channel = channel
    self.to = to
    self.accountId = accountId
    self.threadId = threadId
  }
}

public enum CronPayload: Codable, Equatable, Sendable {
  case systemEvent(CronSystemEvent)
  case agentTurn(CronAgentTurn)
  case message(CronMessage)
  /// A kind of a later version, as it came.
  case unknown(JSONValue)

  private enum TagKey: String, CodingKey {
    case tag = "kind"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: TagKey.self)
    switch try container.decodeIfPresent(String.self, forKey: .tag) {
    case "systemEvent": self = .systemEvent(try CronSystemEvent(from: decoder))
    case "agentTurn": self = .agentTurn(try CronAgentTurn(from: decoder))
    case "message": self = .message(try CronMessage(from: decoder))
    default: self = .unknown(try JSONValue(from: decoder))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .systemEvent(let value): try value.encode(to: encoder)
    case .agentTurn(let value): try value.encode(to: encoder)
    case .message(let value): try value.encode(to: encoder)
    case .unknown(let value): try value.encode(to: encoder)
    }
  }
}

public enum CronPayloadPatch: Codable, Equatable, Sendable {
  case systemEvent(CronSystemEventPatch)
  case agentTurn(CronAgentTurnPatch)
  case message(CronMessagePatch)
  /// A kind of a later version, as it came.
  case unknown(JSONValue)

  private enum TagKey: String, CodingKey {
    case tag = "kind"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: TagKey.self)
    switch try container.decodeIfPresent(String.self, forKey: .tag) {
    case "systemEvent": self = .systemEvent(try CronSystemEventPatch(from: decoder))
    case "agentTurn": self = .agentTurn(try CronAgentTurnPatch(from: decoder))
    case "message": self = .message(try CronMessagePatch(from: decoder))
    default: self = .unknown(try JSONValue(from: decoder))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .systemEvent(let value): try value.encode(to: encoder)
    case .agentTurn(let value): try value.encode(to: encoder)
    case .message(let value): try value.encode(to: encoder)
    case .unknown(let value): try value.encode(to: encoder)
    }
  }
}

public struct CronRunLogEntry: Codable, Equatable, Sendable {
  public var ts: Int
  public var jobId: String
  public var action: Action
  public var status: Status?
  public var error: String?
  public var summary: String?
  public var runAtMs: Int?
  public var durationMs: Int?
  public var nextRunAtMs: Int?
  public var kind: Kind
  public var state: State
  public var slotAtMs: Int
  public var lastSlotAtMs: Int?
  public var slots: Int
  public var runId: String?
  public var delivery: String?

  public enum Action: RawRepresentable, Codable, Hashable, Sendable {
    case started
    case finished
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "started": self = .started
      case "finished": self = .finished
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .started: "started"
      case .finished: "finished"
      case .unknown(let word): word
      }
    }
  }

  public enum Status: RawRepresentable, Codable, Hashable, Sendable {
    case ok
    case error
    case skipped
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "ok": self = .ok
      case "error": self = .error
      case "skipped": self = .skipped
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .ok: "ok"
      case .error: "error"
      case .skipped: "skipped"
      case .unknown(let word): word
      }
    }
  }

  public enum Kind: RawRepresentable, Codable, Hashable, Sendable {
    case slot
    case retry
    case forced
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "slot": self = .slot
      case "retry": self = .retry
      case "forced": self = .forced
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .slot: "slot"
      case .retry: "retry"
      case .forced: "forced"
      case .unknown(let word): word
      }
    }
  }

  public enum State: RawRepresentable, Codable, Hashable, Sendable {
    case started
    case ok
    case error
    case skipped
    case missed
    case interrupted
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "started": self = .started
      case "ok": self = .ok
      case "error": self = .error
      case "skipped": self = .skipped
      case "missed": self = .missed
      case "interrupted": self = .interrupted
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .started: "started"
      case .ok: "ok"
      case .error: "error"
      case .skipped: "skipped"
      case .missed: "missed"
      case .interrupted: "interrupted"
      case .unknown(let word): word
      }
    }
  }

  public init(
    ts: Int,
    jobId: String,
    action: Action,
    status: Status? = nil,
    error: String? = nil,
    summary: String? = nil,
    runAtMs: Int? = nil,
    durationMs: Int? = nil,
    nextRunAtMs: Int? = nil,
    kind: Kind,
    state: State,
    slotAtMs: Int,
    lastSlotAtMs: Int? = nil,
    slots: Int,
    runId: String? = nil,
    delivery: String? = nil
  ) {
    self.ts = ts
    self.jobId = jobId
    self.action = action
    self.status = status
    self.error = error
    self.summary = summary
    self.runAtMs = runAtMs
    self.durationMs = durationMs
    self.nextRunAtMs = nextRunAtMs
    self.kind = kind
    self.state = state
    self.slotAtMs = slotAtMs
    self.lastSlotAtMs = lastSlotAtMs
    self.slots = slots
    self.runId = runId
    self.delivery = delivery
  }
}

public enum CronSchedule: Codable, Equatable, Sendable {
  case at(CronAt)
  case every(CronEvery)
  case cron(CronExpression)
  /// A kind of a later version, as it came.
  case unknown(JSONValue)

  private enum TagKey: String, CodingKey {
    case tag = "kind"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: TagKey.self)
    switch try container.decodeIfPresent(String.self, forKey: .tag) {
    case "at": self = .at(try CronAt(from: decoder))
    case "every": self = .every(try CronEvery(from: decoder))
    case "cron": self = .cron(try CronExpression(from: decoder))
    default: self = .unknown(try JSONValue(from: decoder))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .at(let value): try value.encode(to: encoder)
    case .every(let value): try value.encode(to: encoder)
    case .cron(let value): try value.encode(to: encoder)
    case .unknown(let value): try value.encode(to: encoder)
    }
  }
}

public struct CronSystemEvent: Codable, Equatable, Sendable {
  public var kind: String
  public var text: String

  public init(kind: String = "systemEvent", text: String) {
    self.kind = kind
    self.text = text
  }
}

public struct CronSystemEventPatch: Codable, Equatable, Sendable {
  public var kind: String
  public var text: String?

  public init(kind: String = "systemEvent", text: String? = nil) {
    self.kind = kind
    self.text = text
  }
}

public struct Delivery: Codable, Equatable, Sendable {
  public var id: String
  public var channel: String
  public var accountId: String
  public var to: String
  public var state: State
  public var kind: Kind
  public var preview: String
  public var attempts: Int
  public var mayBeDouble: Bool
  public var error: String?
  public var sessionKey: String?
  public var createdAtMs: Int
  public var expiresAtMs: Int
  public var settledAtMs: Int?

  public enum State: RawRepresentable, Codable, Hashable, Sendable {
    case queued
    case sending
    case sent
    case unknown
    case failed
    case expired
    case canceled
    /// A word of a later version, as it came.
    case unrecognized(String)

    public init(rawValue: String) {
      switch rawValue {
      case "queued": self = .queued
      case "sending": self = .sending
      case "sent": self = .sent
      case "unknown": self = .unknown
      case "failed": self = .failed
      case "expired": self = .expired
      case "canceled": self = .canceled
      default: self = .unrecognized(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .queued: "queued"
      case .sending: "sending"
      case .sent: "sent"
      case .unknown: "unknown"
      case .failed: "failed"
      case .expired: "expired"
      case .canceled: "canceled"
      case .unrecognized(let word): word
      }
    }
  }

  public enum Kind: RawRepresentable, Codable, Hashable, Sendable {
    case message
    case draft
    case edit
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "message": self = .message
      case "draft": self = .draft
      case "edit": self = .edit
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .message: "message"
      case .draft: "draft"
      case .edit: "edit"
      case .unknown(let word): word
      }
    }
  }

  public init(
    id: String,
    channel: String,
    accountId: String,
    to: String,
    state: State,
    kind: Kind,
    preview: String,
    attempts: Int,
    mayBeDouble: Bool,
    error: String? = nil,
    sessionKey: String? = nil,
    createdAtMs: Int,
    expiresAtMs: Int,
    settledAtMs: Int? = nil
  ) {
    self.id = id
    self.channel = channel
    self.accountId = accountId
    self.to = to
    self.state = state
    self.kind = kind
    self.preview = preview
    self.attempts = attempts
    self.mayBeDouble = mayBeDouble
    self.error = error
    self.sessionKey = sessionKey
    self.createdAtMs = createdAtMs
    self.expiresAtMs = expiresAtMs
    self.settledAtMs = settledAtMs
  }
}

public struct DeliveryContext: Codable, Equatable, Sendable {
  public var channel: String?
  public var to: String?
  public var accountId: String?
  public var threadId: String?

  public init(channel: String? = nil, to: String? = nil, accountId: String? = nil, threadId: String? = nil) {
    self.channel = channel
    self.to = to
    self.accountId = accountId
    self.threadId = threadId
  }
}

/// What `node.describe` gives. One node, as node.list has it.
public struct DescribedNode: Codable, Equatable, Sendable {
  public var ts: Int
  public var nodeId: String
  public var displayName: String?
  public var platform: String?
  public var version: String?
  public var coreVersion: String?
  public var uiVersion: String?
  public var deviceFamily: String?
  public var modelIdentifier: String?
  public var remoteIp: String?
  public var caps: [String]
  public var commands: [String]
  public var pendingCommands: [String]?
  public var pendingRequestId: String?
  public var mayChat: Bool?
  public var pathEnv: String?
  public var permissions: [String: Bool]?
  public var connectedAtMs: Int?
  public var lastConnectedAtMs: Int?
  public var paired: Bool
  public var connected: Bool

  public init(
    ts: Int,
    nodeId: String,
    displayName: String? = nil,
    platform: String? = nil,
    version: String? = nil,
    coreVersion: String? = nil,
    uiVersion: String? = nil,
    deviceFamily: String? = nil,
    modelIdentifier: String? = nil,
    remoteIp: String? = nil,
    caps: [String],
    commands: [String],
    pendingCommands: [String]? = nil,
    pendingRequestId: String? = nil,
    mayChat: Bool? = nil,
    pathEnv: String? = nil,
    permissions: [String: Bool]? = nil,
    connectedAtMs: Int? = nil,
    lastConnectedAtMs: Int? = nil,
    paired: Bool,
    connected: Bool
  ) {
    self.ts = ts
    self.nodeId = nodeId
    self.displayName = displayName
    self.platform = platform
    self.version = version
    self.coreVersion = coreVersion
    self.uiVersion = uiVersion
    self.deviceFamily = deviceFamily
    self.modelIdentifier = modelIdentifier
    self.remoteIp = remoteIp
    self.caps = caps
    self.commands = commands
    self.pendingCommands = pendingCommands
    self.pendingRequestId = pendingRequestId
    self.mayChat = mayChat
    self.pathEnv = pathEnv
    self.permissions = permissions
    self.connectedAtMs = connectedAtMs
    self.lastConnectedAtMs = lastConnectedAtMs
    self.paired = paired
    self.connected = connected
  }
}

/// The payload of `device.pair.requested`. A device asks to be approved.
public struct DevicePairRequestedEvent: Codable, Equatable, Sendable {
  public var requestId: String
  public var deviceId: String
  public var publicKey: String
  public var displayName: String?
  public var platform: String?
  public var deviceFamily: String?
  public var clientId: String?
  public var clientMode: String?
  public var role: String?
  public var roles: [String]?
  public var scopes: [String]?
  public var remoteIp: String?
  public var silent: Bool?
  public var isRepair: Bool?
  public var ts: Int

  public init(
    requestId: String,
    deviceId: String,
    publicKey: String,
    displayName: String? = nil,
    platform: String? = nil,
    deviceFamily: String? = nil,
    clientId: String? = nil,
    clientMode: String? = nil,
    role: String? = nil,
    roles: [String]? = nil,
    scopes: [String]? = nil,
    remoteIp: String? = nil,
    silent: Bool? = nil,
    isRepair: Bool? = nil,
    ts: Int
  ) {
    self.requestId = requestId
    self.deviceId = deviceId
    self.publicKey = publicKey
    self.displayName = displayName
    self.platform = platform
    self.deviceFamily = deviceFamily
    self.clientId = clientId
    self.clientMode = clientMode
    self.role = role
    self.roles = roles
    self.scopes = scopes
    self.remoteIp = remoteIp
    self.silent = silent
    self.isRepair = isRepair
    self.ts = ts
  }
}

/// The payload of `device.pair.resolved`. A device was approved or rejected.
public struct DevicePairResolvedEvent: Codable, Equatable, Sendable {
  public var requestId: String
  public var deviceId: String
  public var decision: Decision
  public var ts: Int

  public enum Decision: RawRepresentable, Codable, Hashable, Sendable {
    case approved
    case rejected
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "approved": self = .approved
      case "rejected": self = .rejected
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .approved: "approved"
      case .rejected: "rejected"
      case .unknown(let word): word
      }
    }
  }

  public init(requestId: String, deviceId: String, decision: Decision, ts: Int) {
    self.requestId = requestId
    self.deviceId = deviceId
    self.decision = decision
    self.ts = ts
  }
}

public struct DeviceTokenSummary: Codable, Equatable, Sendable {
  public var role: String
  public var scopes: [String]
  public var createdAtMs: Int
  public var rotatedAtMs: Int?
  public var revokedAtMs: Int?
  public var lastUsedAtMs: Int?

  public init(
    role: String,
    scopes: [String],
    createdAtMs: Int,
    rotatedAtMs: Int? = nil,
    revokedAtMs: Int? = nil,
    lastUsedAtMs: Int? = nil
  ) {
    self.role = role
    self.scopes = scopes
    self.createdAtMs = createdAtMs
    self.rotatedAtMs = rotatedAtMs
    self.revokedAtMs = revokedAtMs
    self.lastUsedAtMs = lastUsedAtMs
  }
}

public struct ErrorShape: Codable, Equatable, Sendable {
  public var code: String
  public var message: String
  public var details: JSONValue?
  public var retryable: Bool?
  public var retryAfterMs: Int?

  public init(
    code: String,
    message: String,
    details: JSONValue? = nil,
    retryable: Bool? = nil,
    retryAfterMs: Int? = nil
  ) {
    self.code = code
    self.message = message
    self.details = details
    self.retryable = retryable
    self.retryAfterMs = retryAfterMs
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.code = try container.decode(String.self, forKey: .code)
    self.message = try container.decode(String.self, forKey: .message)
    self.details = try container.decodePresent(JSONValue.self, forKey: .details)
    self.retryable = try container.decodeIfPresent(Bool.self, forKey: .retryable)
    self.retryAfterMs = try container.decodeIfPresent(Int.self, forKey: .retryAfterMs)
  }
}

public struct EventFrame: Codable, Equatable, Sendable {
  public var type: String
  public var event: String
  public var payload: JSONValue?
  public var seq: Int?
  public var stateVersion: StateVersion?

  public init(
    type: String = "event",
    event: String,
    payload: JSONValue? = nil,
    seq: Int? = nil,
    stateVersion: StateVersion? = nil
  ) {
    self.type = type
    self.event = event
    self.payload = payload
    self.seq = seq
    self.stateVersion = stateVersion
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.type = try container.decode(String.self, forKey: .type)
    self.event = try container.decode(String.self, forKey: .event)
    self.payload = try container.decodePresent(JSONValue.self, forKey: .payload)
    self.seq = try container.decodeIfPresent(Int.self, forKey: .seq)
    self.stateVersion = try container.decodeIfPresent(StateVersion.self, forKey: .stateVersion)
  }
}

public struct ExecAllowlistEntry: Codable, Equatable, Sendable {
  public var id: String?
  public var pattern: String
  public var argPattern: String?
  public var source: String?
  public var commandText: String?
  public var lastUsedAt: Int?
  public var lastUsedCommand: String?
  public var lastResolvedPath: String?

  public init(
    id: String? = nil,
    pattern: String,
    argPattern: String? = nil,
    source: String? = nil,
    commandText: String? = nil,
    lastUsedAt: Int? = nil,
    lastUsedCommand: String? = nil,
    lastResolvedPath: String? = nil
  ) {
    self.id = id
    self.pattern = pattern
    self.argPattern = argPattern
    self.source = source
    self.commandText = commandText
    self.lastUsedAt = lastUsedAt
    self.lastUsedCommand = lastUsedCommand
    self.lastResolvedPath = lastResolvedPath
  }
}

public struct ExecApprovalRequest: Codable, Equatable, Sendable {
  /// The whole command, in a form that hides no character of it.
  public var command: String
  public var cwd: String?
  public var host: String?
  public var security: String?
  public var ask: String?
  public var agentId: String?
  public var resolvedPath: String?
  public var sessionKey: String?

  public init(
    command: String,
    cwd: String?,
    host: String?,
    security: String?,
    ask: String?,
    agentId: String?,
    resolvedPath: String?,
    sessionKey: String?
  ) {
    self.command = command
    self.cwd = cwd
    self.host = host
    self.security = security
    self.ask = ask
    self.agentId = agentId
    self.resolvedPath = resolvedPath
    self.sessionKey = sessionKey
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(self.command, forKey: .command)
    try container.encode(self.cwd, forKey: .cwd)
    try container.encode(self.host, forKey: .host)
    try container.encode(self.security, forKey: .security)
    try container.encode(self.ask, forKey: .ask)
    try container.encode(self.agentId, forKey: .agentId)
    try container.encode(self.resolvedPath, forKey: .resolvedPath)
    try container.encode(self.sessionKey, forKey: .sessionKey)
  }
}

/// The payload of `exec.approval.resolved`. A command was allowed or denied, or is not wanted any more.
public struct ExecApprovalResolvedEvent: Codable, Equatable, Sendable {
  public var id: String
  public var decision: ExecDecision
  public var resolvedBy: String?
  public var ts: Int

  public init(id: String, decision: ExecDecision, resolvedBy: String? = nil, ts: Int) {
    self.id = id
    self.decision = decision
    self.resolvedBy = resolvedBy
    self.ts = ts
  }
}

public struct ExecApprovalsAgent: Codable, Equatable, Sendable {
  public var security: ExecSecurity?
  public var ask: ExecAsk?
  public var askFallback: ExecSecurity?
  public var autoAllowSkills: Bool?
  public var allowlist: [ExecAllowlistEntry]?

  public init(
    security: ExecSecurity? = nil,
    ask: ExecAsk? = nil,
    askFallback: ExecSecurity? = nil,
    autoAllowSkills: Bool? = nil,
    allowlist: [ExecAllowlistEntry]? = nil
  ) {
    self.security = security
    self.ask = ask
    self.askFallback = askFallback
    self.autoAllowSkills = autoAllowSkills
    self.allowlist = allowlist
  }
}

public struct ExecApprovalsDefaults: Codable, Equatable, Sendable {
  public var security: ExecSecurity?
  public var ask: ExecAsk?
  public var askFallback: ExecSecurity?
  public var autoAllowSkills: Bool?

  public init(
    security: ExecSecurity? = nil,
    ask: ExecAsk? = nil,
    askFallback: ExecSecurity? = nil,
    autoAllowSkills: Bool? = nil
  ) {
    self.security = security
    self.ask = ask
    self.askFallback = askFallback
    self.autoAllowSkills = autoAllowSkills
  }
}

public struct ExecApprovalsFile: Codable, Equatable, Sendable {
  public var version: Int
  public var socket: ExecApprovalsSocket?
  public var defaults: ExecApprovalsDefaults?
  public var agents: [String: ExecApprovalsAgent]?

  public init(
    version: Int,
    socket: ExecApprovalsSocket? = nil,
    defaults: ExecApprovalsDefaults? = nil,
    agents: [String: ExecApprovalsAgent]? = nil
  ) {
    self.version = version
    self.socket = socket
    self.defaults = defaults
    self.agents = agents
  }
}

/// What `exec.approvals.get` gives. The owner's rules for commands, as they are on disk.
public struct ExecApprovalsSnapshot: Codable, Equatable, Sendable {
  public var path: String
  public var exists: Bool
  public var hash: String
  public var file: ExecApprovalsFile

  public init(path: String, exists: Bool, hash: String, file: ExecApprovalsFile) {
    self.path = path
    self.exists = exists
    self.hash = hash
    self.file = file
  }
}

public struct ExecApprovalsSocket: Codable, Equatable, Sendable {
  public var path: String?
  public var token: String?

  public init(path: String? = nil, token: String? = nil) {
    self.path = path
    self.token = token
  }
}

public enum ExecAsk: RawRepresentable, Codable, Hashable, Sendable {
  case off
  case onMiss
  case always
  /// A word of a later version, as it came.
  case unknown(String)

  public init(rawValue: String) {
    switch rawValue {
    case "off": self = .off
    case "on-miss": self = .onMiss
    case "always": self = .always
    default: self = .unknown(rawValue)
    }
  }

  public var rawValue: String {
    switch self {
    case .off: "off"
    case .onMiss: "on-miss"
    case .always: "always"
    case .unknown(let word): word
    }
  }
}

public enum ExecDecision: RawRepresentable, Codable, Hashable, Sendable {
  case allowOnce
  case allowAlways
  case deny
  /// A word of a later version, as it came.
  case unknown(String)

  public init(rawValue: String) {
    switch rawValue {
    case "allow-once": self = .allowOnce
    case "allow-always": self = .allowAlways
    case "deny": self = .deny
    default: self = .unknown(rawValue)
    }
  }

  public var rawValue: String {
    switch self {
    case .allowOnce: "allow-once"
    case .allowAlways: "allow-always"
    case .deny: "deny"
    case .unknown(let word): word
    }
  }
}

public enum ExecSecurity: RawRepresentable, Codable, Hashable, Sendable {
  case deny
  case allowlist
  case full
  /// A word of a later version, as it came.
  case unknown(String)

  public init(rawValue: String) {
    switch rawValue {
    case "deny": self = .deny
    case "allowlist": self = .allowlist
    case "full": self = .full
    default: self = .unknown(rawValue)
    }
  }

  public var rawValue: String {
    switch self {
    case .deny: "deny"
    case .allowlist: "allowlist"
    case .full: "full"
    case .unknown(let word): word
    }
  }
}

public struct FoundModel: Codable, Equatable, Sendable {
  public var id: String
  public var contextTokens: Int?
  public var reasoning: Bool?
  public var images: Bool?
  public var tools: Bool?
  public var isLoaded: Bool?

  public init(
    id: String,
    contextTokens: Int? = nil,
    reasoning: Bool? = nil,
    images: Bool? = nil,
    tools: Bool? = nil,
    isLoaded: Bool? = nil
  ) {
    self.id = id
    self.contextTokens = contextTokens
    self.reasoning = reasoning
    self.images = images
    self.tools = tools
    self.isLoaded = isLoaded
  }
}

public struct FoundModelKey: Codable, Equatable, Sendable {
  public var vendor: String
  public var label: String
  public var variable: String

  public init(vendor: String, label: String, variable: String) {
    self.vendor = vendor
    self.label = label
    self.variable = variable
  }
}

public struct FoundModelServer: Codable, Equatable, Sendable {
  public var vendor: String
  public var label: String
  public var kind: Kind
  public var baseUrl: String
  public var models: [FoundModel]
  public var advice: String?

  public enum Kind: RawRepresentable, Codable, Hashable, Sendable {
    case anthropic
    case openai
    case google
    case openaiCompatible
    case ollama
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "anthropic": self = .anthropic
      case "openai": self = .openai
      case "google": self = .google
      case "openai-compatible": self = .openaiCompatible
      case "ollama": self = .ollama
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .anthropic: "anthropic"
      case .openai: "openai"
      case .google: "google"
      case .openaiCompatible: "openai-compatible"
      case .ollama: "ollama"
      case .unknown(let word): word
      }
    }
  }

  public init(vendor: String, label: String, kind: Kind, baseUrl: String, models: [FoundModel], advice: String? = nil) {
    self.vendor = vendor
    self.label = label
    self.kind = kind
    self.baseUrl = baseUrl
    self.models = models
    self.advice = advice
  }
}

public enum GatewayFrame: Codable, Equatable, Sendable {
  case req(RequestFrame)
  case res(ResponseFrame)
  case event(EventFrame)
  /// A kind of a later version, as it came.
  case unknown(JSONValue)

  private enum TagKey: String, CodingKey {
    case tag = "type"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: TagKey.self)
    switch try container.decodeIfPresent(String.self, forKey: .tag) {
    case "req": self = .req(try RequestFrame(from: decoder))
    case "res": self = .res(try ResponseFrame(from: decoder))
    case "event": self = .event(try EventFrame(from: decoder))
    default: self = .unknown(try JSONValue(from: decoder))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .req(let value): try value.encode(to: encoder)
    case .res(let value): try value.encode(to: encoder)
    case .event(let value): try value.encode(to: encoder)
    case .unknown(let value): try value.encode(to: encoder)
    }
  }
}

public struct HealthAgent: Codable, Equatable, Sendable {
  public var agentId: String
  public var name: String?
  public var isDefault: Bool
  public var heartbeat: HeartbeatSettings
  public var sessions: HealthSessions

  public init(
    agentId: String,
    name: String? = nil,
    isDefault: Bool,
    heartbeat: HeartbeatSettings,
    sessions: HealthSessions
  ) {
    self.agentId = agentId
    self.name = name
    self.isDefault = isDefault
    self.heartbeat = heartbeat
    self.sessions = sessions
  }
}

public struct HealthConfig: Codable, Equatable, Sendable {
  public var reason: String
  public var cure: String

  public init(reason: String, cure: String) {
    self.reason = reason
    self.cure = cure
  }
}

public struct HealthRecentSession: Codable, Equatable, Sendable {
  public var key: String
  public var updatedAt: Int?
  public var age: Int?

  public init(key: String, updatedAt: Int?, age: Int?) {
    self.key = key
    self.updatedAt = updatedAt
    self.age = age
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(self.key, forKey: .key)
    try container.encode(self.updatedAt, forKey: .updatedAt)
    try container.encode(self.age, forKey: .age)
  }
}

public struct HealthSessions: Codable, Equatable, Sendable {
  public var path: String
  public var count: Int
  public var recent: [HealthRecentSession]

  public init(path: String, count: Int, recent: [HealthRecentSession]) {
    self.path = path
    self.count = count
    self.recent = recent
  }
}

public struct HealthStore: Codable, Equatable, Sendable {
  public var reason: String
  public var cure: String

  public init(reason: String, cure: String) {
    self.reason = reason
    self.cure = cure
  }
}

/// What `health` gives. How the gateway and its networks are; with `probe` measured now.
public struct HealthSummary: Codable, Equatable, Sendable {
  public var ok: Bool
  public var ts: Int
  public var durationMs: Int
  public var channels: [String: JSONValue]
  public var channelOrder: [String]
  public var channelLabels: [String: String]
  public var heartbeatSeconds: Int
  public var defaultAgentId: String
  public var agents: [HealthAgent]
  public var sessions: HealthSessions
  public var store: HealthStore?
  public var config: HealthConfig?

  public init(
    ok: Bool = true,
    ts: Int,
    durationMs: Int,
    channels: [String: JSONValue],
    channelOrder: [String],
    channelLabels: [String: String],
    heartbeatSeconds: Int,
    defaultAgentId: String,
    agents: [HealthAgent],
    sessions: HealthSessions,
    store: HealthStore? = nil,
    config: HealthConfig? = nil
  ) {
    self.ok = ok
    self.ts = ts
    self.durationMs = durationMs
    self.channels = channels
    self.channelOrder = channelOrder
    self.channelLabels = channelLabels
    self.heartbeatSeconds = heartbeatSeconds
    self.defaultAgentId = defaultAgentId
    self.agents = agents
    self.sessions = sessions
    self.store = store
    self.config = config
  }
}

/// The payload of `heartbeat`. What became of a heartbeat.
public struct HeartbeatEvent: Codable, Equatable, Sendable {
  public var ts: Int
  public var status: Status
  public var to: String?
  public var preview: String?
  public var durationMs: Int?
  public var hasMedia: Bool?
  public var reason: String?
  public var channel: String?
  public var silent: Bool?
  public var indicatorType: IndicatorType?

  public enum Status: RawRepresentable, Codable, Hashable, Sendable {
    case sent
    case okEmpty
    case okToken
    case skipped
    case failed
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "sent": self = .sent
      case "ok-empty": self = .okEmpty
      case "ok-token": self = .okToken
      case "skipped": self = .skipped
      case "failed": self = .failed
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .sent: "sent"
      case .okEmpty: "ok-empty"
      case .okToken: "ok-token"
      case .skipped: "skipped"
      case .failed: "failed"
      case .unknown(let word): word
      }
    }
  }

  public enum IndicatorType: RawRepresentable, Codable, Hashable, Sendable {
    case ok
    case alert
    case error
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "ok": self = .ok
      case "alert": self = .alert
      case "error": self = .error
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .ok: "ok"
      case .alert: "alert"
      case .error: "error"
      case .unknown(let word): word
      }
    }
  }

  public init(
    ts: Int,
    status: Status,
    to: String? = nil,
    preview: String? = nil,
    durationMs: Int? = nil,
    hasMedia: Bool? = nil,
    reason: String? = nil,
    channel: String? = nil,
    silent: Bool? = nil,
    indicatorType: IndicatorType? = nil
  ) {
    self.ts = ts
    self.status = status
    self.to = to
    self.preview = preview
    self.durationMs = durationMs
    self.hasMedia = hasMedia
    self.reason = reason
    self.channel = channel
    self.silent = silent
    self.indicatorType = indicatorType
  }
}

public struct HeartbeatSettings: Codable, Equatable, Sendable {
  public var enabled: Bool
  public var every: String
  public var everyMs: Int?
  public var prompt: String
  public var target: String
  public var model: String?
  public var ackMaxChars: Int

  public init(
    enabled: Bool,
    every: String,
    everyMs: Int?,
    prompt: String,
    target: String,
    model: String? = nil,
    ackMaxChars: Int
  ) {
    self.enabled = enabled
    self.every = every
    self.everyMs = everyMs
    self.prompt = prompt
    self.target = target
    self.model = model
    self.ackMaxChars = ackMaxChars
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(self.enabled, forKey: .enabled)
    try container.encode(self.every, forKey: .every)
    try container.encode(self.everyMs, forKey: .everyMs)
    try container.encode(self.prompt, forKey: .prompt)
    try container.encode(self.target, forKey: .target)
    try container.encodeIfPresent(self.model, forKey: .model)
    try container.encode(self.ackMaxChars, forKey: .ackMaxChars)
  }
}

public struct HelloAuth: Codable, Equatable, Sendable {
  public var role: String
  public var scopes: [String]
  public var deviceToken: String?
  public var issuedAtMs: Int?

  public init(role: String, scopes: [String], deviceToken: String? = nil, issuedAtMs: Int? = nil) {
    self.role = role
    self.scopes = scopes
    self.deviceToken = deviceToken
    self.issuedAtMs = issuedAtMs
  }
}

public struct HelloFeatures: Codable, Equatable, Sendable {
  public var methods: [String]
  public var events: [String]
  public var capabilities: [String]?

  public init(methods: [String], events: [String], capabilities: [String]? = nil) {
    self.methods = methods
    self.events = events
    self.capabilities = capabilities
  }
}

/// What `connect` gives. The first request on every socket: who the client is and what it may do.
public struct HelloOk: Codable, Equatable, Sendable {
  public var type: String
  public var `protocol`: Int
  public var server: HelloServer
  public var features: HelloFeatures
  public var snapshot: Snapshot
  public var canvasHostUrl: String?
  public var pluginSurfaceUrls: [String: String]?
  public var auth: HelloAuth?
  public var policy: HelloPolicy

  public init(
    type: String = "hello-ok",
    `protocol`: Int,
    server: HelloServer,
    features: HelloFeatures,
    snapshot: Snapshot,
    canvasHostUrl: String? = nil,
    pluginSurfaceUrls: [String: String]? = nil,
    auth: HelloAuth? = nil,
    policy: HelloPolicy
  ) {
    self.type = type
    self.protocol = `protocol`
    self.server = server
    self.features = features
    self.snapshot = snapshot
    self.canvasHostUrl = canvasHostUrl
    self.pluginSurfaceUrls = pluginSurfaceUrls
    self.auth = auth
    self.policy = policy
  }
}

public struct HelloPolicy: Codable, Equatable, Sendable {
  public var maxPayload: Int
  public var maxBufferedBytes: Int
  public var tickIntervalMs: Int

  public init(maxPayload: Int, maxBufferedBytes: Int, tickIntervalMs: Int) {
    self.maxPayload = maxPayload
    self.maxBufferedBytes = maxBufferedBytes
    self.tickIntervalMs = tickIntervalMs
  }
}

public struct HelloServer: Codable, Equatable, Sendable {
  public var version: String
  public var commit: String?
  public var host: String?
  public var connId: String
  public var bootId: String?
  public var controlUiBuildSource: ControlUiBuildSource?

  public enum ControlUiBuildSource: RawRepresentable, Codable, Hashable, Sendable {
    case configured
    case bundled
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "configured": self = .configured
      case "bundled": self = .bundled
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .configured: "configured"
      case .bundled: "bundled"
      case .unknown(let word): word
      }
    }
  }

  public init(
    version: String,
    commit: String? = nil,
    host: String? = nil,
    connId: String,
    bootId: String? = nil,
    controlUiBuildSource: ControlUiBuildSource? = nil
  ) {
    self.version = version
    self.commit = commit
    self.host = host
    self.connId = connId
    self.bootId = bootId
    self.controlUiBuildSource = controlUiBuildSource
  }
}

public struct ImageBlock: Codable, Equatable, Sendable {
  public var type: String
  public var data: String
  public var mimeType: String

  public init(type: String = "image", data: String, mimeType: String) {
    self.type = type
    self.data = data
    self.mimeType = mimeType
  }
}

/// The payload of `inbox.changed`. Messages of networks came in, or something became of them: what `inbox.list` gave is
/// out of date.
public struct InboxChangedEvent: Codable, Equatable, Sendable {
  public var ts: Int

  public init(ts: Int) {
    self.ts = ts
  }
}

public struct InboxMessage: Codable, Equatable, Sendable {
  public var id: String
  public var channel: String
  public var accountId: String
  public var peerKind: PeerKind
  public var peerId: String
  public var senderId: String
  public var senderName: String?
  public var event: String
  public var preview: String
  public var state: State
  public var reason: String?
  public var sessionKey: String?
  public var runId: String?
  public var sentAtMs: Int
  public var receivedAtMs: Int

  public enum PeerKind: RawRepresentable, Codable, Hashable, Sendable {
    case direct
    case group
    case channel
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "direct": self = .direct
      case "group": self = .group
      case "channel": self = .channel
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .direct: "direct"
      case .group: "group"
      case .channel: "channel"
      case .unknown(let word): word
      }
    }
  }

  public enum State: RawRepresentable, Codable, Hashable, Sendable {
    case accepted
    case held
    case routed
    case context
    case claimed
    case done
    case ignored
    case dead
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "accepted": self = .accepted
      case "held": self = .held
      case "routed": self = .routed
      case "context": self = .context
      case "claimed": self = .claimed
      case "done": self = .done
      case "ignored": self = .ignored
      case "dead": self = .dead
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .accepted: "accepted"
      case .held: "held"
      case .routed: "routed"
      case .context: "context"
      case .claimed: "claimed"
      case .done: "done"
      case .ignored: "ignored"
      case .dead: "dead"
      case .unknown(let word): word
      }
    }
  }

  public init(
    id: String,
    channel: String,
    accountId: String,
    peerKind: PeerKind,
    peerId: String,
    senderId: String,
    senderName: String? = nil,
    event: String,
    preview: String,
    state: State,
    reason: String? = nil,
    sessionKey: String? = nil,
    runId: String? = nil,
    sentAtMs: Int,
    receivedAtMs: Int
  ) {
    self.id = id
    self.channel = channel
    self.accountId = accountId
    self.peerKind = peerKind
    self.peerId = peerId
    self.senderId = senderId
    self.senderName = senderName
    self.event = event
    self.preview = preview
    self.state = state
    self.reason = reason
    self.sessionKey = sessionKey
    self.runId = runId
    self.sentAtMs = sentAtMs
    self.receivedAtMs = receivedAtMs
  }
}

public struct ListedNode: Codable, Equatable, Sendable {
  public var nodeId: String
  public var displayName: String?
  public var platform: String?
  public var version: String?
  public var coreVersion: String?
  public var uiVersion: String?
  public var deviceFamily: String?
  public var modelIdentifier: String?
  public var remoteIp: String?
  public var caps: [String]
  public var commands: [String]
  public var pendingCommands: [String]?
  public var pendingRequestId: String?
  public var mayChat: Bool?
  public var pathEnv: String?
  public var permissions: [String: Bool]?
  public var connectedAtMs: Int?
  public var lastConnectedAtMs: Int?
  public var paired: Bool
  public var connected: Bool

  public init(
    nodeId: String,
    displayName: String? = nil,
    platform: String? = nil,
    version: String? = nil,
    coreVersion: String? = nil,
    uiVersion: String? = nil,
    deviceFamily: String? = nil,
    modelIdentifier: String? = nil,
    remoteIp: String? = nil,
    caps: [String],
    commands: [String],
    pendingCommands: [String]? = nil,
    pendingRequestId: String? = nil,
    mayChat: Bool? = nil,
    pathEnv: String? = nil,
    permissions: [String: Bool]? = nil,
    connectedAtMs: Int? = nil,
    lastConnectedAtMs: Int? = nil,
    paired: Bool,
    connected: Bool
  ) {
    self.nodeId = nodeId
    self.displayName = displayName
    self.platform = platform
    self.version = version
    self.coreVersion = coreVersion
    self.uiVersion = uiVersion
    self.deviceFamily = deviceFamily
    self.modelIdentifier = modelIdentifier
    self.remoteIp = remoteIp
    self.caps = caps
    self.commands = commands
    self.pendingCommands = pendingCommands
    self.pendingRequestId = pendingRequestId
    self.mayChat = mayChat
    self.pathEnv = pathEnv
    self.permissions = permissions
    self.connectedAtMs = connectedAtMs
    self.lastConnectedAtMs = lastConnectedAtMs
    self.paired = paired
    self.connected = connected
  }
}

public struct LoginDone: Codable, Equatable, Sendable {
  public var id: String
  public var name: String
  public var message: String

  public init(id: String, name: String, message: String) {
    self.id = id
    self.name = name
    self.message = message
  }
}

public struct LoginStep: Codable, Equatable, Sendable {
  public var kind: Kind
  public var name: String?
  public var label: String?
  public var help: String?
  public var isSecret: Bool?
  public var text: String?
  public var message: String?
  public var expiresAtMs: Int?

  public enum Kind: RawRepresentable, Codable, Hashable, Sendable {
    case ask
    case qr
    case wait
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "ask": self = .ask
      case "qr": self = .qr
      case "wait": self = .wait
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .ask: "ask"
      case .qr: "qr"
      case .wait: "wait"
      case .unknown(let word): word
      }
    }
  }

  public init(
    kind: Kind,
    name: String? = nil,
    label: String? = nil,
    help: String? = nil,
    isSecret: Bool? = nil,
    text: String? = nil,
    message: String? = nil,
    expiresAtMs: Int? = nil
  ) {
    self.kind = kind
    self.name = name
    self.label = label
    self.help = help
    self.isSecret = isSecret
    self.text = text
    self.message = message
    self.expiresAtMs = expiresAtMs
  }
}

public enum McpServerState: RawRepresentable, Codable, Hashable, Sendable {
  case off
  case idle
  case connecting
  case ready
  case waiting
  /// A word of a later version, as it came.
  case unknown(String)

  public init(rawValue: String) {
    switch rawValue {
    case "off": self = .off
    case "idle": self = .idle
    case "connecting": self = .connecting
    case "ready": self = .ready
    case "waiting": self = .waiting
    default: self = .unknown(rawValue)
    }
  }

  public var rawValue: String {
    switch self {
    case .off: "off"
    case .idle: "idle"
    case .connecting: "connecting"
    case .ready: "ready"
    case .waiting: "waiting"
    case .unknown(let word): word
    }
  }
}

public struct McpServerStatus: Codable, Equatable, Sendable {
  public var name: String
  public var state: McpServerState
  public var toolCount: Int
  public var error: String?

  public init(name: String, state: McpServerState, toolCount: Int, error: String? = nil) {
    self.name = name
    self.state = state
    self.toolCount = toolCount
    self.error = error
  }
}

public struct ModelAuthProfile: Codable, Equatable, Sendable {
  public var profileId: String
  public var type: String
  public var status: Status

  public enum Status: RawRepresentable, Codable, Hashable, Sendable {
    case `static`
    case missing
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "static": self = .`static`
      case "missing": self = .missing
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .`static`: "static"
      case .missing: "missing"
      case .unknown(let word): word
      }
    }
  }

  public init(profileId: String, type: String = "api_key", status: Status) {
    self.profileId = profileId
    self.type = type
    self.status = status
  }
}

public struct ModelAuthProvider: Codable, Equatable, Sendable {
  public var provider: String
  public var displayName: String
  public var status: Status
  public var profiles: [ModelAuthProfile]

  public enum Status: RawRepresentable, Codable, Hashable, Sendable {
    case `static`
    case missing
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "static": self = .`static`
      case "missing": self = .missing
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .`static`: "static"
      case .missing: "missing"
      case .unknown(let word): word
      }
    }
  }

  public init(provider: String, displayName: String, status: Status, profiles: [ModelAuthProfile]) {
    self.provider = provider
    self.displayName = displayName
    self.status = status
    self.profiles = profiles
  }
}

public struct ModelChoice: Codable, Equatable, Sendable {
  public var id: String
  public var name: String
  public var provider: String
  public var tags: [String]?
  public var contextWindow: Int?
  public var reasoning: Bool?
  public var input: [Input]?
  public var supportsTools: Bool?
  public var available: Bool?
  public var unavailableReason: String?

  public enum Input: RawRepresentable, Codable, Hashable, Sendable {
    case text
    case image
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "text": self = .text
      case "image": self = .image
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .text: "text"
      case .image: "image"
      case .unknown(let word): word
      }
    }
  }

  public init(
    id: String,
    name: String,
    provider: String,
    tags: [String]? = nil,
    contextWindow: Int? = nil,
    reasoning: Bool? = nil,
    input: [Input]? = nil,
    supportsTools: Bool? = nil,
    available: Bool? = nil,
    unavailableReason: String? = nil
  ) {
    self.id = id
    self.name = name
    self.provider = provider
    self.tags = tags
    self.contextWindow = contextWindow
    self.reasoning = reasoning
    self.input = input
    self.supportsTools = supportsTools
    self.available = available
    self.unavailableReason = unavailableReason
  }
}

public struct ModelServer: Codable, Equatable, Sendable {
  public var kind: Kind
  public var baseUrl: String?

  public enum Kind: RawRepresentable, Codable, Hashable, Sendable {
    case anthropic
    case openai
    case google
    case openaiCompatible
    case ollama
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "anthropic": self = .anthropic
      case "openai": self = .openai
      case "google": self = .google
      case "openai-compatible": self = .openaiCompatible
      case "ollama": self = .ollama
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .anthropic: "anthropic"
      case .openai: "openai"
      case .google: "google"
      case .openaiCompatible: "openai-compatible"
      case .ollama: "ollama"
      case .unknown(let word): word
      }
    }
  }

  public init(kind: Kind, baseUrl: String? = nil) {
    self.kind = kind
    self.baseUrl = baseUrl
  }
}

/// What `models.test` gives. Asks a model one real question with a tool to call. It costs a few tokens.
public struct ModelTrial: Codable, Equatable, Sendable {
  public var ok: Bool
  public var latencyMs: Int
  public var text: String?
  public var calledTool: Bool?
  public var failure: String?
  public var message: String?

  public init(
    ok: Bool,
    latencyMs: Int,
    text: String? = nil,
    calledTool: Bool? = nil,
    failure: String? = nil,
    message: String? = nil
  ) {
    self.ok = ok
    self.latencyMs = latencyMs
    self.text = text
    self.calledTool = calledTool
    self.failure = failure
    self.message = message
  }
}

public struct ModelVendorOffer: Codable, Equatable, Sendable {
  public var vendor: String
  public var label: String
  public var model: String
  public var hasKey: Bool

  public init(vendor: String, label: String, model: String, hasKey: Bool) {
    self.vendor = vendor
    self.label = label
    self.model = model
    self.hasKey = hasKey
  }
}

/// What `exec.approvals.node.get` gives. A node's own rules for commands.
public struct NodeExecApprovalsSnapshot: Codable, Equatable, Sendable {
  public var path: String
  public var exists: Bool
  public var hash: String
  public var file: JSONValue

  public init(path: String, exists: Bool, hash: String, file: JSONValue) {
    self.path = path
    self.exists = exists
    self.hash = hash
    self.file = file
  }
}

public struct NodeInvokeError: Codable, Equatable, Sendable {
  public var code: String?
  public var message: String?

  public init(code: String? = nil, message: String? = nil) {
    self.code = code
    self.message = message
  }
}

/// The payload of `node.invoke.request`. The node is asked to do something; it answers with node.invoke.result.
public struct NodeInvokeRequestEvent: Codable, Equatable, Sendable {
  public var id: String
  public var nodeId: String
  public var command: String
  public var paramsJSON: String?
  public var timeoutMs: Int?
  public var idempotencyKey: String?

  public init(
    id: String,
    nodeId: String,
    command: String,
    paramsJSON: String? = nil,
    timeoutMs: Int? = nil,
    idempotencyKey: String? = nil
  ) {
    self.id = id
    self.nodeId = nodeId
    self.command = command
    self.paramsJSON = paramsJSON
    self.timeoutMs = timeoutMs
    self.idempotencyKey = idempotencyKey
  }
}

/// The payload of `node.pair.requested`. A node offers commands that nobody approved for it yet.
public struct NodePairRequest: Codable, Equatable, Sendable {
  public var requestId: String
  public var nodeId: String
  public var displayName: String?
  public var platform: String?
  public var version: String?
  public var coreVersion: String?
  public var uiVersion: String?
  public var deviceFamily: String?
  public var modelIdentifier: String?
  public var remoteIp: String?
  public var caps: [String]?
  public var commands: [String]?
  public var permissions: [String: Bool]?
  public var silent: Bool?
  public var isRepair: Bool?
  public var ts: Int

  public init(
    requestId: String,
    nodeId: String,
    displayName: String? = nil,
    platform: String? = nil,
    version: String? = nil,
    coreVersion: String? = nil,
    uiVersion: String? = nil,
    deviceFamily: String? = nil,
    modelIdentifier: String? = nil,
    remoteIp: String? = nil,
    caps: [String]? = nil,
    commands: [String]? = nil,
    permissions: [String: Bool]? = nil,
    silent: Bool? = nil,
    isRepair: Bool? = nil,
    ts: Int
  ) {
    self.requestId = requestId
    self.nodeId = nodeId
    self.displayName = displayName
    self.platform = platform
    self.version = version
    self.coreVersion = coreVersion
    self.uiVersion = uiVersion
    self.deviceFamily = deviceFamily
    self.modelIdentifier = modelIdentifier
    self.remoteIp = remoteIp
    self.caps = caps
    self.commands = commands
    self.permissions = permissions
    self.silent = silent
    self.isRepair = isRepair
    self.ts = ts
  }
}

/// The payload of `node.pair.resolved`. Commands of a node were approved or rejected.
public struct NodePairResolvedEvent: Codable, Equatable, Sendable {
  public var requestId: String
  public var nodeId: String
  public var decision: Decision
  public var ts: Int

  public enum Decision: RawRepresentable, Codable, Hashable, Sendable {
    case approved
    case rejected
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "approved": self = .approved
      case "rejected": self = .rejected
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .approved: "approved"
      case .rejected: "rejected"
      case .unknown(let word): word
      }
    }
  }

  public init(requestId: String, nodeId: String, decision: Decision, ts: Int) {
    self.requestId = requestId
    self.nodeId = nodeId
    self.decision = decision
    self.ts = ts
  }
}

public struct PairedDevice: Codable, Equatable, Sendable {
  public var deviceId: String
  public var publicKey: String
  public var displayName: String?
  public var platform: String?
  public var deviceFamily: String?
  public var clientId: String?
  public var clientMode: String?
  public var role: String?
  public var roles: [String]?
  public var scopes: [String]?
  public var remoteIp: String?
  public var tokens: [DeviceTokenSummary]?
  public var createdAtMs: Int
  public var approvedAtMs: Int
  public var lastSeenAtMs: Int?

  public init(
    deviceId: String,
    publicKey: String,
    displayName: String? = nil,
    platform: String? = nil,
    deviceFamily: String? = nil,
    clientId: String? = nil,
    clientMode: String? = nil,
    role: String? = nil,
    roles: [String]? = nil,
    scopes: [String]? = nil,
    remoteIp: String? = nil,
    tokens: [DeviceTokenSummary]? = nil,
    createdAtMs: Int,
    approvedAtMs: Int,
    lastSeenAtMs: Int? = nil
  ) {
    self.deviceId = deviceId
    self.publicKey = publicKey
    self.displayName = displayName
    self.platform = platform
    self.deviceFamily = deviceFamily
    self.clientId = clientId
    self.clientMode = clientMode
    self.role = role
    self.roles = roles
    self.scopes = scopes
    self.remoteIp = remoteIp
    self.tokens = tokens
    self.createdAtMs = createdAtMs
    self.approvedAtMs = approvedAtMs
    self.lastSeenAtMs = lastSeenAtMs
  }
}

public struct PairedNode: Codable, Equatable, Sendable {
  public var nodeId: String
  public var displayName: String?
  public var platform: String?
  public var version: String?
  public var coreVersion: String?
  public var uiVersion: String?
  public var deviceFamily: String?
  public var modelIdentifier: String?
  public var remoteIp: String?
  public var caps: [String]?
  public var commands: [String]?
  public var declinedCommands: [String]?
  public var permissions: [String: Bool]?
  public var createdAtMs: Int
  public var approvedAtMs: Int
  public var lastConnectedAtMs: Int?

  public init(
    nodeId: String,
    displayName: String? = nil,
    platform: String? = nil,
    version: String? = nil,
    coreVersion: String? = nil,
    uiVersion: String? = nil,
    deviceFamily: String? = nil,
    modelIdentifier: String? = nil,
    remoteIp: String? = nil,
    caps: [String]? = nil,
    commands: [String]? = nil,
    declinedCommands: [String]? = nil,
    permissions: [String: Bool]? = nil,
    createdAtMs: Int,
    approvedAtMs: Int,
    lastConnectedAtMs: Int? = nil
  ) {
    self.nodeId = nodeId
    self.displayName = displayName
    self.platform = platform
    self.version = version
    self.coreVersion = coreVersion
    self.uiVersion = uiVersion
    self.deviceFamily = deviceFamily
    self.modelIdentifier = modelIdentifier
    self.remoteIp = remoteIp
    self.caps = caps
    self.commands = commands
    self.declinedCommands = declinedCommands
    self.permissions = permissions
    self.createdAtMs = createdAtMs
    self.approvedAtMs = approvedAtMs
    self.lastConnectedAtMs = lastConnectedAtMs
  }
}

/// The payload of `exec.approval.requested`. A command waits for somebody to allow or deny it.
public struct PendingExecApproval: Codable, Equatable, Sendable {
  public var id: String
  public var request: ExecApprovalRequest
  public var createdAtMs: Int
  public var expiresAtMs: Int

  public init(id: String, request: ExecApprovalRequest, createdAtMs: Int, expiresAtMs: Int) {
    self.id = id
    self.request = request
    self.createdAtMs = createdAtMs
    self.expiresAtMs = expiresAtMs
  }
}

public struct PresenceEntry: Codable, Equatable, Sendable {
  public var ts: Int
  public var host: String?
  public var ip: String?
  public var version: String?
  public var platform: String?
  public var deviceFamily: String?
  public var modelIdentifier: String?
  public var mode: String?
  public var reason: String?
  public var deviceId: String?
  public var instanceId: String?
  public var lastInputSeconds: Int?
  public var text: String?
  public var tags: [String]?
  public var roles: [String]?
  public var scopes: [String]?

  public init(
    ts: Int,
    host: String? = nil,
    ip: String? = nil,
    version: String? = nil,
    platform: String? = nil,
    deviceFamily: String? = nil,
    modelIdentifier: String? = nil,
    mode: String? = nil,
    reason: String? = nil,
    deviceId: String? = nil,
    instanceId: String? = nil,
    lastInputSeconds: Int? = nil,
    text: String? = nil,
    tags: [String]? = nil,
    roles: [String]? = nil,
    scopes: [String]? = nil
  ) {
    self.ts = ts
    self.host = host
    self.ip = ip
    self.version = version
    self.platform = platform
    self.deviceFamily = deviceFamily
    self.modelIdentifier = modelIdentifier
    self.mode = mode
    self.reason = reason
    self.deviceId = deviceId
    self.instanceId = instanceId
    self.lastInputSeconds = lastInputSeconds
    self.text = text
    self.tags = tags
    self.roles = roles
    self.scopes = scopes
  }
}

/// The payload of `presence`. Who is connected: the whole list, after it changed.
public struct PresenceEvent: Codable, Equatable, Sendable {
  public var presence: [PresenceEntry]

  public init(presence: [PresenceEntry]) {
    self.presence = presence
  }
}

public struct RequestFrame: Codable, Equatable, Sendable {
  public var type: String
  public var id: String
  public var method: String
  public var params: JSONValue?
  public var traceparent: String?
  public var expectedProfileId: String?

  public init(
    type: String = "req",
    id: String,
    method: String,
    params: JSONValue? = nil,
    traceparent: String? = nil,
    expectedProfileId: String? = nil
  ) {
    self.type = type
    self.id = id
    self.method = method
    self.params = params
    self.traceparent = traceparent
    self.expectedProfileId = expectedProfileId
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.type = try container.decode(String.self, forKey: .type)
    self.id = try container.decode(String.self, forKey: .id)
    self.method = try container.decode(String.self, forKey: .method)
    self.params = try container.decodePresent(JSONValue.self, forKey: .params)
    self.traceparent = try container.decodeIfPresent(String.self, forKey: .traceparent)
    self.expectedProfileId = try container.decodeIfPresent(String.self, forKey: .expectedProfileId)
  }
}

public struct ResponseFrame: Codable, Equatable, Sendable {
  public var type: String
  public var id: String
  public var ok: Bool
  public var payload: JSONValue?
  public var error: ErrorShape?

  public init(type: String = "res", id: String, ok: Bool, payload: JSONValue? = nil, error: ErrorShape? = nil) {
    self.type = type
    self.id = id
    self.ok = ok
    self.payload = payload
    self.error = error
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.type = try container.decode(String.self, forKey: .type)
    self.id = try container.decode(String.self, forKey: .id)
    self.ok = try container.decode(Bool.self, forKey: .ok)
    self.payload = try container.decodePresent(JSONValue.self, forKey: .payload)
    self.error = try container.decodeIfPresent(ErrorShape.self, forKey: .error)
  }
}

public struct SessionDefaults: Codable, Equatable, Sendable {
  public var defaultAgentId: String
  public var mainKey: String
  public var mainSessionKey: String
  public var scope: Scope?
  public var modelConfigured: Bool?

  public enum Scope: RawRepresentable, Codable, Hashable, Sendable {
    case perSender
    case global
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "per-sender": self = .perSender
      case "global": self = .global
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .perSender: "per-sender"
      case .global: "global"
      case .unknown(let word): word
      }
    }
  }

  public init(
    defaultAgentId: String,
    mainKey: String,
    mainSessionKey: String,
    scope: Scope? = nil,
    modelConfigured: Bool? = nil
  ) {
    self.defaultAgentId = defaultAgentId
    self.mainKey = mainKey
    self.mainSessionKey = mainSessionKey
    self.scope = scope
    self.modelConfigured = modelConfigured
  }
}

public struct SessionEntry: Codable, Equatable, Sendable {
  public var sessionId: String
  public var updatedAt: Int
  public var label: String?
  public var spawnedBy: String?
  public var abortedLastRun: Bool?
  public var systemSent: Bool?
  public var inputTokens: Int?
  public var outputTokens: Int?
  public var totalTokens: Int?
  public var thinkingLevel: String?
  public var verboseLevel: String?
  public var reasoningLevel: String?
  public var elevatedLevel: String?
  public var responseUsage: String?
  public var execHost: String?
  public var execSecurity: String?
  public var execAsk: String?
  public var execNode: String?
  public var model: String?
  public var modelProvider: String?
  public var sendPolicy: String?
  public var groupActivation: String?

  public init(
    sessionId: String,
    updatedAt: Int,
    label: String? = nil,
    spawnedBy: String? = nil,
    abortedLastRun: Bool? = nil,
    systemSent: Bool? = nil,
    inputTokens: Int? = nil,
    outputTokens: Int? = nil,
    totalTokens: Int? = nil,
    thinkingLevel: String? = nil,
    verboseLevel: String? = nil,
    reasoningLevel: String? = nil,
    elevatedLevel: String? = nil,
    responseUsage: String? = nil,
    execHost: String? = nil,
    execSecurity: String? = nil,
    execAsk: String? = nil,
    execNode: String? = nil,
    model: String? = nil,
    modelProvider: String? = nil,
    sendPolicy: String? = nil,
    groupActivation: String? = nil
  ) {
    self.sessionId = sessionId
    self.updatedAt = updatedAt
    self.label = label
    self.spawnedBy = spawnedBy
    self.abortedLastRun = abortedLastRun
    self.systemSent = systemSent
    self.inputTokens = inputTokens
    self.outputTokens = outputTokens
    self.totalTokens = totalTokens
    self.thinkingLevel = thinkingLevel
    self.verboseLevel = verboseLevel
    self.reasoningLevel = reasoningLevel
    self.elevatedLevel = elevatedLevel
    self.responseUsage = responseUsage
    self.execHost = execHost
    self.execSecurity = execSecurity
    self.execAsk = execAsk
    self.execNode = execNode
    self.model = model
    self.modelProvider = modelProvider
    self.sendPolicy = sendPolicy
    self.groupActivation = groupActivation
  }
}

public struct SessionPreview: Codable, Equatable, Sendable {
  public var key: String
  public var status: Status
  public var items: [SessionPreviewItem]

  public enum Status: RawRepresentable, Codable, Hashable, Sendable {
    case ok
    case empty
    case missing
    case error
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "ok": self = .ok
      case "empty": self = .empty
      case "missing": self = .missing
      case "error": self = .error
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .ok: "ok"
      case .empty: "empty"
      case .missing: "missing"
      case .error: "error"
      case .unknown(let word): word
      }
    }
  }

  public init(key: String, status: Status, items: [SessionPreviewItem]) {
    self.key = key
    self.status = status
    self.items = items
  }
}

public struct SessionPreviewItem: Codable, Equatable, Sendable {
  public var role: Role
  public var text: String

  public enum Role: RawRepresentable, Codable, Hashable, Sendable {
    case user
    case assistant
    case tool
    case system
    case other
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "user": self = .user
      case "assistant": self = .assistant
      case "tool": self = .tool
      case "system": self = .system
      case "other": self = .other
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .user: "user"
      case .assistant: "assistant"
      case .tool: "tool"
      case .system: "system"
      case .other: "other"
      case .unknown(let word): word
      }
    }
  }

  public init(role: Role, text: String) {
    self.role = role
    self.text = text
  }
}

public struct SessionRow: Codable, Equatable, Sendable {
  public var key: String
  public var kind: Kind
  public var label: String?
  public var displayName: String?
  public var derivedTitle: String?
  public var lastMessagePreview: String?
  public var updatedAt: Int?
  public var sessionId: String?
  public var systemSent: Bool?
  public var abortedLastRun: Bool?
  public var spawnedBy: String?
  public var inputTokens: Int?
  public var outputTokens: Int?
  public var totalTokens: Int?
  public var contextTokens: Int?
  public var channel: String?
  public var chatType: String?
  public var deliveryContext: DeliveryContext?
  public var lastChannel: String?
  public var lastTo: String?
  public var lastAccountId: String?
  public var thinkingLevel: String?
  public var verboseLevel: String?
  public var reasoningLevel: String?
  public var elevatedLevel: String?
  public var responseUsage: String?
  public var execHost: String?
  public var execSecurity: String?
  public var execAsk: String?
  public var execNode: String?
  public var model: String?
  public var modelProvider: String?
  public var sendPolicy: String?
  public var groupActivation: String?

  public enum Kind: RawRepresentable, Codable, Hashable, Sendable {
    case direct
    case group
    case global
    case unknown
    /// A word of a later version, as it came.
    case unrecognized(String)

    public init(rawValue: String) {
      switch rawValue {
      case "direct": self = .direct
      case "group": self = .group
      case "global": self = .global
      case "unknown": self = .unknown
      default: self = .unrecognized(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .direct: "direct"
      case .group: "group"
      case .global: "global"
      case .unknown: "unknown"
      case .unrecognized(let word): word
      }
    }
  }

  public init(
    key: String,
    kind: Kind,
    label: String? = nil,
    displayName: String? = nil,
    derivedTitle: String? = nil,
    lastMessagePreview: String? = nil,
    updatedAt: Int?,
    sessionId: String? = nil,
    systemSent: Bool? = nil,
    abortedLastRun: Bool? = nil,
    spawnedBy: String? = nil,
    inputTokens: Int? = nil,
    outputTokens: Int? = nil,
    totalTokens: Int? = nil,
    contextTokens: Int? = nil,
    channel: String? = nil,
    chatType: String? = nil,
    deliveryContext: DeliveryContext? = nil,
    lastChannel: String? = nil,
    lastTo: String? = nil,
    lastAccountId: String? = nil,
    thinkingLevel: String? = nil,
    verboseLevel: String? = nil,
    reasoningLevel: String? = nil,
    elevatedLevel: String? = nil,
    responseUsage: String? = nil,
    execHost: String? = nil,
    execSecurity: String? = nil,
    execAsk: String? = nil,
    execNode: String? = nil,
    model: String? = nil,
    modelProvider: String? = nil,
    sendPolicy: String? = nil,
    groupActivation: String? = nil
  ) {
    self.key = key
    self.kind = kind
    self.label = label
    self.displayName = displayName
    self.derivedTitle = derivedTitle
    self.lastMessagePreview = lastMessagePreview
    self.updatedAt = updatedAt
    self.sessionId = sessionId
    self.systemSent = systemSent
    self.abortedLastRun = abortedLastRun
    self.spawnedBy = spawnedBy
    self.inputTokens = inputTokens
    self.outputTokens = outputTokens
    self.totalTokens = totalTokens
    self.contextTokens = contextTokens
    self.channel = channel
    self.chatType = chatType
    self.deliveryContext = deliveryContext
    self.lastChannel = lastChannel
    self.lastTo = lastTo
    self.lastAccountId = lastAccountId
    self.thinkingLevel = thinkingLevel
    self.verboseLevel = verboseLevel
    self.reasoningLevel = reasoningLevel
    self.elevatedLevel = elevatedLevel
    self.responseUsage = responseUsage
    self.execHost = execHost
    self.execSecurity = execSecurity
    self.execAsk = execAsk
    self.execNode = execNode
    self.model = model
    self.modelProvider = modelProvider
    self.sendPolicy = sendPolicy
    self.groupActivation = groupActivation
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(self.key, forKey: .key)
    try container.encode(self.kind, forKey: .kind)
    try container.encodeIfPresent(self.label, forKey: .label)
    try container.encodeIfPresent(self.displayName, forKey: .displayName)
    try container.encodeIfPresent(self.derivedTitle, forKey: .derivedTitle)
    try container.encodeIfPresent(self.lastMessagePreview, forKey: .lastMessagePreview)
    try container.encode(self.updatedAt, forKey: .updatedAt)
    try container.encodeIfPresent(self.sessionId, forKey: .sessionId)
    try container.encodeIfPresent(self.systemSent, forKey: .systemSent)
    try container.encodeIfPresent(self.abortedLastRun, forKey: .abortedLastRun)
    try container.encodeIfPresent(self.spawnedBy, forKey: .spawnedBy)
    try container.encodeIfPresent(self.inputTokens, forKey: .inputTokens)
    try container.encodeIfPresent(self.outputTokens, forKey: .outputTokens)
    try container.encodeIfPresent(self.totalTokens, forKey: .totalTokens)
    try container.encodeIfPresent(self.contextTokens, forKey: .contextTokens)
    try container.encodeIfPresent(self.channel, forKey: .channel)
    try container.encodeIfPresent(self.chatType, forKey: .chatType)
    try container.encodeIfPresent(self.deliveryContext, forKey: .deliveryContext)
    try container.encodeIfPresent(self.lastChannel, forKey: .lastChannel)
    try container.encodeIfPresent(self.lastTo, forKey: .lastTo)
    try container.encodeIfPresent(self.lastAccountId, forKey: .lastAccountId)
    try container.encodeIfPresent(self.thinkingLevel, forKey: .thinkingLevel)
    try container.encodeIfPresent(self.verboseLevel, forKey: .verboseLevel)
    try container.encodeIfPresent(self.reasoningLevel, forKey: .reasoningLevel)
    try container.encodeIfPresent(self.elevatedLevel, forKey: .elevatedLevel)
    try container.encodeIfPresent(self.responseUsage, forKey: .responseUsage)
    try container.encodeIfPresent(self.execHost, forKey: .execHost)
    try container.encodeIfPresent(self.execSecurity, forKey: .execSecurity)
    try container.encodeIfPresent(self.execAsk, forKey: .execAsk)
    try container.encodeIfPresent(self.execNode, forKey: .execNode)
    try container.encodeIfPresent(self.model, forKey: .model)
    try container.encodeIfPresent(self.modelProvider, forKey: .modelProvider)
    try container.encodeIfPresent(self.sendPolicy, forKey: .sendPolicy)
    try container.encodeIfPresent(self.groupActivation, forKey: .groupActivation)
  }
}

public struct SessionsListDefaults: Codable, Equatable, Sendable {
  public var modelProvider: String?
  public var model: String?
  public var contextTokens: Int?

  public init(modelProvider: String?, model: String?, contextTokens: Int?) {
    self.modelProvider = modelProvider
    self.model = model
    self.contextTokens = contextTokens
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(self.modelProvider, forKey: .modelProvider)
    try container.encode(self.model, forKey: .model)
    try container.encode(self.contextTokens, forKey: .contextTokens)
  }
}

public struct SetupPart: Codable, Equatable, Sendable {
  public var name: Name
  public var state: State
  public var summary: String?

  public enum Name: RawRepresentable, Codable, Hashable, Sendable {
    case model
    case network
    case owner
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "model": self = .model
      case "network": self = .network
      case "owner": self = .owner
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .model: "model"
      case .network: "network"
      case .owner: "owner"
      case .unknown(let word): word
      }
    }
  }

  public enum State: RawRepresentable, Codable, Hashable, Sendable {
    case done
    case skipped
    case `open`
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "done": self = .done
      case "skipped": self = .skipped
      case "open": self = .`open`
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .done: "done"
      case .skipped: "skipped"
      case .`open`: "open"
      case .unknown(let word): word
      }
    }
  }

  public init(name: Name, state: State, summary: String? = nil) {
    self.name = name
    self.state = state
    self.summary = summary
  }
}

/// The payload of `shutdown`. The gateway stops; with the time after which to come back, where it is known.
public struct ShutdownEvent: Codable, Equatable, Sendable {
  public var reason: String
  public var restartExpectedMs: Int?

  public init(reason: String, restartExpectedMs: Int? = nil) {
    self.reason = reason
    self.restartExpectedMs = restartExpectedMs
  }
}

public struct Snapshot: Codable, Equatable, Sendable {
  public var presence: [PresenceEntry]
  public var health: JSONValue
  public var stateVersion: StateVersion
  public var uptimeMs: Int
  public var configPath: String?
  public var stateDir: String?
  public var sessionDefaults: SessionDefaults?
  public var authMode: AuthMode?

  public enum AuthMode: RawRepresentable, Codable, Hashable, Sendable {
    case token
    case password
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "token": self = .token
      case "password": self = .password
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .token: "token"
      case .password: "password"
      case .unknown(let word): word
      }
    }
  }

  public init(
    presence: [PresenceEntry],
    health: JSONValue,
    stateVersion: StateVersion,
    uptimeMs: Int,
    configPath: String? = nil,
    stateDir: String? = nil,
    sessionDefaults: SessionDefaults? = nil,
    authMode: AuthMode? = nil
  ) {
    self.presence = presence
    self.health = health
    self.stateVersion = stateVersion
    self.uptimeMs = uptimeMs
    self.configPath = configPath
    self.stateDir = stateDir
    self.sessionDefaults = sessionDefaults
    self.authMode = authMode
  }
}

public struct StateVersion: Codable, Equatable, Sendable {
  public var presence: Int
  public var health: Int

  public init(presence: Int, health: Int) {
    self.presence = presence
    self.health = health
  }
}

public struct StatusActivity: Codable, Equatable, Sendable {
  public var atMs: Int
  public var networks: [StatusNetwork]
  public var messages: StatusMessages
  public var memoryBudgetBytes: Int
  public var nodes: [StatusNode]
  public var jobs: [StatusJob]
  public var jobCount: Int

  public init(
    atMs: Int,
    networks: [StatusNetwork],
    messages: StatusMessages,
    memoryBudgetBytes: Int,
    nodes: [StatusNode],
    jobs: [StatusJob],
    jobCount: Int
  ) {
    self.atMs = atMs
    self.networks = networks
    self.messages = messages
    self.memoryBudgetBytes = memoryBudgetBytes
    self.nodes = nodes
    self.jobs = jobs
    self.jobCount = jobCount
  }
}

public struct StatusAgentSessions: Codable, Equatable, Sendable {
  public var agentId: String
  public var path: String
  public var count: Int
  public var recent: [StatusSession]

  public init(agentId: String, path: String, count: Int, recent: [StatusSession]) {
    self.agentId = agentId
    self.path = path
    self.count = count
    self.recent = recent
  }
}

public struct StatusDefaults: Codable, Equatable, Sendable {
  public var model: String?
  public var contextTokens: Int?

  public init(model: String?, contextTokens: Int?) {
    self.model = model
    self.contextTokens = contextTokens
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(self.model, forKey: .model)
    try container.encode(self.contextTokens, forKey: .contextTokens)
  }
}

public struct StatusGateway: Codable, Equatable, Sendable {
  public var version: String
  public var bootId: String
  public var uptimeMs: Int
  public var pid: Int
  public var rssBytes: Int
  public var connections: Int
  public var runsActive: Int
  public var model: String
  public var tailscale: StatusTailscale?
  public var advice: [String]

  public init(
    version: String,
    bootId: String,
    uptimeMs: Int,
    pid: Int,
    rssBytes: Int,
    connections: Int,
    runsActive: Int,
    model: String,
    tailscale: StatusTailscale? = nil,
    advice: [String]
  ) {
    self.version = version
    self.bootId = bootId
    self.uptimeMs = uptimeMs
    self.pid = pid
    self.rssBytes = rssBytes
    self.connections = connections
    self.runsActive = runsActive
    self.model = model
    self.tailscale = tailscale
    self.advice = advice
  }
}

public struct StatusHeartbeat: Codable, Equatable, Sendable {
  public var defaultAgentId: String
  public var agents: [StatusHeartbeatAgent]

  public init(defaultAgentId: String, agents: [StatusHeartbeatAgent]) {
    self.defaultAgentId = defaultAgentId
    self.agents = agents
  }
}

public struct StatusHeartbeatAgent: Codable, Equatable, Sendable {
  public var agentId: String
  public var enabled: Bool
  public var every: String
  public var everyMs: Int?

  public init(agentId: String, enabled: Bool, every: String, everyMs: Int?) {
    self.agentId = agentId
    self.enabled = enabled
    self.every = every
    self.everyMs = everyMs
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(self.agentId, forKey: .agentId)
    try container.encode(self.enabled, forKey: .enabled)
    try container.encode(self.every, forKey: .every)
    try container.encode(self.everyMs, forKey: .everyMs)
  }
}

public struct StatusJob: Codable, Equatable, Sendable {
  public var id: String
  public var name: String
  public var nextAtMs: Int

  public init(id: String, name: String, nextAtMs: Int) {
    self.id = id
    self.name = name
    self.nextAtMs = nextAtMs
  }
}

public struct StatusMessages: Codable, Equatable, Sendable {
  public var waiting: Int
  public var leaving: Int
  public var held: Int
  public var lost: Int

  public init(waiting: Int, leaving: Int, held: Int, lost: Int) {
    self.waiting = waiting
    self.leaving = leaving
    self.held = held
    self.lost = lost
  }
}

public struct StatusNetwork: Codable, Equatable, Sendable {
  public var provider: String
  public var accountId: String
  public var label: String
  public var state: String
  public var handle: String?
  public var reason: String?
  public var cure: String?
  public var `in`: [Int]
  public var out: [Int]
  public var lastInAtMs: Int?
  public var lastOutAtMs: Int?

  public init(
    provider: String,
    accountId: String,
    label: String,
    state: String,
    handle: String? = nil,
    reason: String? = nil,
    cure: String? = nil,
    `in`: [Int],
    out: [Int],
    lastInAtMs: Int? = nil,
    lastOutAtMs: Int? = nil
  ) {
    self.provider = provider
    self.accountId = accountId
    self.label = label
    self.state = state
    self.handle = handle
    self.reason = reason
    self.cure = cure
    self.in = `in`
    self.out = out
    self.lastInAtMs = lastInAtMs
    self.lastOutAtMs = lastOutAtMs
  }
}

public struct StatusNode: Codable, Equatable, Sendable {
  public var nodeId: String
  public var name: String
  public var isOnline: Bool

  public init(nodeId: String, name: String, isOnline: Bool) {
    self.nodeId = nodeId
    self.name = name
    self.isOnline = isOnline
  }
}

public struct StatusSession: Codable, Equatable, Sendable {
  public var agentId: String?
  public var key: String
  public var kind: String
  public var sessionId: String?
  public var updatedAt: Int?
  public var age: Int?
  public var thinkingLevel: String?
  public var verboseLevel: String?
  public var reasoningLevel: String?
  public var elevatedLevel: String?
  public var systemSent: Bool?
  public var abortedLastRun: Bool?
  public var inputTokens: Int?
  public var outputTokens: Int?
  public var totalTokens: Int?
  public var remainingTokens: Int?
  public var percentUsed: Int?
  public var model: String?
  public var contextTokens: Int?
  public var flags: [String]

  public init(
    agentId: String? = nil,
    key: String,
    kind: String,
    sessionId: String? = nil,
    updatedAt: Int?,
    age: Int?,
    thinkingLevel: String? = nil,
    verboseLevel: String? = nil,
    reasoningLevel: String? = nil,
    elevatedLevel: String? = nil,
    systemSent: Bool? = nil,
    abortedLastRun: Bool? = nil,
    inputTokens: Int? = nil,
    outputTokens: Int? = nil,
    totalTokens: Int?,
    remainingTokens: Int?,
    percentUsed: Int?,
    model: String?,
    contextTokens: Int?,
    flags: [String]
  ) {
    self.agentId = agentId
    self.key = key
    self.kind = kind
    self.sessionId = sessionId
    self.updatedAt = updatedAt
    self.age = age
    self.thinkingLevel = thinkingLevel
    self.verboseLevel = verboseLevel
    self.reasoningLevel = reasoningLevel
    self.elevatedLevel = elevatedLevel
    self.systemSent = systemSent
    self.abortedLastRun = abortedLastRun
    self.inputTokens = inputTokens
    self.outputTokens = outputTokens
    self.totalTokens = totalTokens
    self.remainingTokens = remainingTokens
    self.percentUsed = percentUsed
    self.model = model
    self.contextTokens = contextTokens
    self.flags = flags
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(self.agentId, forKey: .agentId)
    try container.encode(self.key, forKey: .key)
    try container.encode(self.kind, forKey: .kind)
    try container.encodeIfPresent(self.sessionId, forKey: .sessionId)
    try container.encode(self.updatedAt, forKey: .updatedAt)
    try container.encode(self.age, forKey: .age)
    try container.encodeIfPresent(self.thinkingLevel, forKey: .thinkingLevel)
    try container.encodeIfPresent(self.verboseLevel, forKey: .verboseLevel)
    try container.encodeIfPresent(self.reasoningLevel, forKey: .reasoningLevel)
    try container.encodeIfPresent(self.elevatedLevel, forKey: .elevatedLevel)
    try container.encodeIfPresent(self.systemSent, forKey: .systemSent)
    try container.encodeIfPresent(self.abortedLastRun, forKey: .abortedLastRun)
    try container.encodeIfPresent(self.inputTokens, forKey: .inputTokens)
    try container.encodeIfPresent(self.outputTokens, forKey: .outputTokens)
    try container.encode(self.totalTokens, forKey: .totalTokens)
    try container.encode(self.remainingTokens, forKey: .remainingTokens)
    try container.encode(self.percentUsed, forKey: .percentUsed)
    try container.encode(self.model, forKey: .model)
    try container.encode(self.contextTokens, forKey: .contextTokens)
    try container.encode(self.flags, forKey: .flags)
  }
}

public struct StatusSessions: Codable, Equatable, Sendable {
  public var paths: [String]
  public var count: Int
  public var defaults: StatusDefaults
  public var recent: [StatusSession]
  public var byAgent: [StatusAgentSessions]

  public init(
    paths: [String],
    count: Int,
    defaults: StatusDefaults,
    recent: [StatusSession],
    byAgent: [StatusAgentSessions]
  ) {
    self.paths = paths
    self.count = count
    self.defaults = defaults
    self.recent = recent
    self.byAgent = byAgent
  }
}

/// What `status` gives. The gateway, its sessions and what to do next, for people.
public struct StatusSummary: Codable, Equatable, Sendable {
  public var heartbeat: StatusHeartbeat
  public var channelSummary: [String]
  public var queuedSystemEvents: [String]
  public var sessions: StatusSessions
  public var gateway: StatusGateway
  public var activity: StatusActivity?

  public init(
    heartbeat: StatusHeartbeat,
    channelSummary: [String],
    queuedSystemEvents: [String],
    sessions: StatusSessions,
    gateway: StatusGateway,
    activity: StatusActivity? = nil
  ) {
    self.heartbeat = heartbeat
    self.channelSummary = channelSummary
    self.queuedSystemEvents = queuedSystemEvents
    self.sessions = sessions
    self.gateway = gateway
    self.activity = activity
  }
}

public struct StatusTailscale: Codable, Equatable, Sendable {
  public var mode: Mode
  public var url: String?
  public var reason: String?
  public var cure: String?

  public enum Mode: RawRepresentable, Codable, Hashable, Sendable {
    case serve
    case funnel
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "serve": self = .serve
      case "funnel": self = .funnel
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .serve: "serve"
      case .funnel: "funnel"
      case .unknown(let word): word
      }
    }
  }

  public init(mode: Mode, url: String? = nil, reason: String? = nil, cure: String? = nil) {
    self.mode = mode
    self.url = url
    self.reason = reason
    self.cure = cure
  }
}

/// What `talk.mode` gives. Tells all devices that talking by voice began, went on or ended.
public struct TalkMode: Codable, Equatable, Sendable {
  public var enabled: Bool
  public var phase: String?
  public var ts: Int

  public init(enabled: Bool, phase: String?, ts: Int) {
    self.enabled = enabled
    self.phase = phase
    self.ts = ts
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(self.enabled, forKey: .enabled)
    try container.encode(self.phase, forKey: .phase)
    try container.encode(self.ts, forKey: .ts)
  }
}

public struct TextBlock: Codable, Equatable, Sendable {
  public var type: String
  public var text: String

  public init(type: String = "text", text: String) {
    self.type = type
    self.text = text
  }
}

public struct ThinkingBlock: Codable, Equatable, Sendable {
  public var type: String
  public var thinking: String

  public init(type: String = "thinking", thinking: String) {
    self.type = type
    self.thinking = thinking
  }
}

/// The payload of `tick`. A sign of life, every 30 seconds.
public struct TickEvent: Codable, Equatable, Sendable {
  public var ts: Int

  public init(ts: Int) {
    self.ts = ts
  }
}

public struct Usage: Codable, Equatable, Sendable {
  public var input: Int
  public var output: Int
  public var cacheRead: Int
  public var cacheWrite: Int
  public var totalTokens: Int
  public var cost: UsageCost?

  public init(input: Int, output: Int, cacheRead: Int, cacheWrite: Int, totalTokens: Int, cost: UsageCost? = nil) {
    self.input = input
    self.output = output
    self.cacheRead = cacheRead
    self.cacheWrite = cacheWrite
    self.totalTokens = totalTokens
    self.cost = cost
  }
}

public struct UsageCost: Codable, Equatable, Sendable {
  public var input: Double
  public var output: Double
  public var cacheRead: Double
  public var cacheWrite: Double
  public var total: Double

  public init(input: Double, output: Double, cacheRead: Double, cacheWrite: Double, total: Double) {
    self.input = input
    self.output = output
    self.cacheRead = cacheRead
    self.cacheWrite = cacheWrite
    self.total = total
  }
}

public struct UsageDay: Codable, Equatable, Sendable {
  public var date: String
  public var input: Int
  public var output: Int
  public var cacheRead: Int
  public var cacheWrite: Int
  public var totalTokens: Int
  public var totalCost: Double
  public var missingCostEntries: Int

  public init(
    date: String,
    input: Int,
    output: Int,
    cacheRead: Int,
    cacheWrite: Int,
    totalTokens: Int,
    totalCost: Double,
    missingCostEntries: Int
  ) {
    self.date = date
    self.input = input
    self.output = output
    self.cacheRead = cacheRead
    self.cacheWrite = cacheWrite
    self.totalTokens = totalTokens
    self.totalCost = totalCost
    self.missingCostEntries = missingCostEntries
  }
}

public struct UsageProvider: Codable, Equatable, Sendable {
  public var provider: String
  public var displayName: String
  public var windows: [UsageWindow]
  public var error: String?

  public init(provider: String, displayName: String, windows: [UsageWindow], error: String? = nil) {
    self.provider = provider
    self.displayName = displayName
    self.windows = windows
    self.error = error
  }
}

public struct UsageTotals: Codable, Equatable, Sendable {
  public var input: Int
  public var output: Int
  public var cacheRead: Int
  public var cacheWrite: Int
  public var totalTokens: Int
  public var totalCost: Double
  public var missingCostEntries: Int

  public init(
    input: Int,
    output: Int,
    cacheRead: Int,
    cacheWrite: Int,
    totalTokens: Int,
    totalCost: Double,
    missingCostEntries: Int
  ) {
    self.input = input
    self.output = output
    self.cacheRead = cacheRead
    self.cacheWrite = cacheWrite
    self.totalTokens = totalTokens
    self.totalCost = totalCost
    self.missingCostEntries = missingCostEntries
  }
}

public struct UsageWindow: Codable, Equatable, Sendable {
  public var label: String
  public var usedPercent: Double
  public var resetAt: Int?

  public init(label: String, usedPercent: Double, resetAt: Int? = nil) {
    self.label = label
    self.usedPercent = usedPercent
    self.resetAt = resetAt
  }
}

/// The payload of `voicewake.changed`. The words that wake the agent were changed; a node is told them when it
/// connects.
public struct VoiceWakeChangedEvent: Codable, Equatable, Sendable {
  public var triggers: [String]

  public init(triggers: [String]) {
    self.triggers = triggers
  }
}

public struct WizardAnswer: Codable, Equatable, Sendable {
  public var stepId: String
  public var value: JSONValue?

  public init(stepId: String, value: JSONValue? = nil) {
    self.stepId = stepId
    self.value = value
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.stepId = try container.decode(String.self, forKey: .stepId)
    self.value = try container.decodePresent(JSONValue.self, forKey: .value)
  }
}

/// What `wizard.overview` gives. What of the setup is done, skipped or missing, and whether somebody is at it.
public struct WizardOverview: Codable, Equatable, Sendable {
  public var isFinished: Bool
  public var isRunning: Bool
  public var parts: [SetupPart]

  public init(isFinished: Bool, isRunning: Bool, parts: [SetupPart]) {
    self.isFinished = isFinished
    self.isRunning = isRunning
    self.parts = parts
  }
}

public enum WizardSessionStatus: RawRepresentable, Codable, Hashable, Sendable {
  case running
  case done
  case cancelled
  case error
  /// A word of a later version, as it came.
  case unknown(String)

  public init(rawValue: String) {
    switch rawValue {
    case "running": self = .running
    case "done": self = .done
    case "cancelled": self = .cancelled
    case "error": self = .error
    default: self = .unknown(rawValue)
    }
  }

  public var rawValue: String {
    switch self {
    case .running: "running"
    case .done: "done"
    case .cancelled: "cancelled"
    case .error: "error"
    case .unknown(let word): word
    }
  }
}

public struct WizardStep: Codable, Equatable, Sendable {
  public var id: String
  public var type: WizardStepType
  public var title: String?
  public var message: String?
  public var options: [WizardStepOption]?
  public var initialValue: JSONValue?
  public var placeholder: String?
  public var sensitive: Bool?
  public var executor: Executor?

  public enum Executor: RawRepresentable, Codable, Hashable, Sendable {
    case gateway
    case client
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "gateway": self = .gateway
      case "client": self = .client
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .gateway: "gateway"
      case .client: "client"
      case .unknown(let word): word
      }
    }
  }

  public init(
    id: String,
    type: WizardStepType,
    title: String? = nil,
    message: String? = nil,
    options: [WizardStepOption]? = nil,
    initialValue: JSONValue? = nil,
    placeholder: String? = nil,
    sensitive: Bool? = nil,
    executor: Executor? = nil
  ) {
    self.id = id
    self.type = type
    self.title = title
    self.message = message
    self.options = options
    self.initialValue = initialValue
    self.placeholder = placeholder
    self.sensitive = sensitive
    self.executor = executor
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.id = try container.decode(String.self, forKey: .id)
    self.type = try container.decode(WizardStepType.self, forKey: .type)
    self.title = try container.decodeIfPresent(String.self, forKey: .title)
    self.message = try container.decodeIfPresent(String.self, forKey: .message)
    self.options = try container.decodeIfPresent([WizardStepOption].self, forKey: .options)
    self.initialValue = try container.decodePresent(JSONValue.self, forKey: .initialValue)
    self.placeholder = try container.decodeIfPresent(String.self, forKey: .placeholder)
    self.sensitive = try container.decodeIfPresent(Bool.self, forKey: .sensitive)
    self.executor = try container.decodeIfPresent(Executor.self, forKey: .executor)
  }
}

public struct WizardStepOption: Codable, Equatable, Sendable {
  public var value: JSONValue
  public var label: String
  public var hint: String?

  public init(value: JSONValue, label: String, hint: String? = nil) {
    self.value = value
    self.label = label
    self.hint = hint
  }
}

public enum WizardStepType: RawRepresentable, Codable, Hashable, Sendable {
  case note
  case select
  case text
  case confirm
  case multiselect
  case progress
  case action
  /// A word of a later version, as it came.
  case unknown(String)

  public init(rawValue: String) {
    switch rawValue {
    case "note": self = .note
    case "select": self = .select
    case "text": self = .text
    case "confirm": self = .confirm
    case "multiselect": self = .multiselect
    case "progress": self = .progress
    case "action": self = .action
    default: self = .unknown(rawValue)
    }
  }

  public var rawValue: String {
    switch self {
    case .note: "note"
    case .select: "select"
    case .text: "text"
    case .confirm: "confirm"
    case .multiselect: "multiselect"
    case .progress: "progress"
    case .action: "action"
    case .unknown(let word): word
    }
  }
}
