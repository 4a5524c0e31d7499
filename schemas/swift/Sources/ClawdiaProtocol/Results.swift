// Made by `bun run generate`. Change the declaration in src, not this file.

/// The first reply of `agent`. Runs the agent: acknowledges once the request is on disk, and answers again on the same
/// id at the end.
public struct AgentAcceptedResult: Codable, Equatable, Sendable {
  public var runId: String
  public var status: String
  public var acceptedAt: Int

  public init(runId: String, status: String = "accepted", acceptedAt: Int) {
    self.runId = runId
    self.status = status
    self.acceptedAt = acceptedAt
  }
}

/// What `agent` gives. Runs the agent: acknowledges once the request is on disk, and answers again on the same id at
/// the end.
public struct AgentFinalResult: Codable, Equatable, Sendable {
  public var runId: String
  public var status: Status
  public var summary: String
  public var result: AgentReply?

  public enum Status: RawRepresentable, Codable, Hashable, Sendable {
    case ok
    case error
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "ok": self = .ok
      case "error": self = .error
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .ok: "ok"
      case .error: "error"
      case .unknown(let word): word
      }
    }
  }

  public init(runId: String, status: Status, summary: String, result: AgentReply? = nil) {
    self.runId = runId
    self.status = status
    self.summary = summary
    self.result = result
  }
}

/// What `agent.identity.get` gives. Name and avatar of the agent that answers in a session.
public struct AgentIdentityResult: Codable, Equatable, Sendable {
  public var agentId: String
  public var name: String
  public var avatar: String

  public init(agentId: String, name: String, avatar: String) {
    self.agentId = agentId
    self.name = name
    self.avatar = avatar
  }
}

/// What `agent.wait` gives. Waits for the end of any run, also one of an earlier start of the gateway.
public struct AgentWaitResult: Codable, Equatable, Sendable {
  public var runId: String
  public var status: Status
  public var startedAt: Int?
  public var endedAt: Int?
  public var error: String?

  public enum Status: RawRepresentable, Codable, Hashable, Sendable {
    case ok
    case error
    case timeout
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "ok": self = .ok
      case "error": self = .error
      case "timeout": self = .timeout
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .ok: "ok"
      case .error: "error"
      case .timeout: "timeout"
      case .unknown(let word): word
      }
    }
  }

  public init(runId: String, status: Status, startedAt: Int? = nil, endedAt: Int? = nil, error: String? = nil) {
    self.runId = runId
    self.status = status
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.error = error
  }
}

/// What `agents.list` gives. Lists the configured agents and which one is the default.
public struct AgentsListResult: Codable, Equatable, Sendable {
  public var defaultId: String
  public var mainKey: String
  public var scope: Scope
  public var agents: [AgentSummary]

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

  public init(defaultId: String, mainKey: String, scope: Scope, agents: [AgentSummary]) {
    self.defaultId = defaultId
    self.mainKey = mainKey
    self.scope = scope
    self.agents = agents
  }
}

/// What `approvals.approve` gives. Lets a person talk to the agent, by the code that they were told or by their id;
/// answers what they wrote.
public struct ApprovalsApproveResult: Codable, Equatable, Sendable {
  public var ok: Bool
  public var channel: String
  public var accountId: String
  public var senderId: String
  public var senderName: String?
  public var released: Int

  public init(
    ok: Bool = true,
    channel: String,
    accountId: String,
    senderId: String,
    senderName: String? = nil,
    released: Int
  ) {
    self.ok = ok
    self.channel = channel
    self.accountId = accountId
    self.senderId = senderId
    self.senderName = senderName
    self.released = released
  }
}

/// What `approvals.list` gives. People who ask to talk to the agent, and those who may.
public struct ApprovalsListResult: Codable, Equatable, Sendable {
  public var pending: [ApprovalRequest]
  public var approved: [ApprovedSender]

  public init(pending: [ApprovalRequest], approved: [ApprovedSender]) {
    self.pending = pending
    self.approved = approved
  }
}

/// What `approvals.reject` gives. Turns a person's request down; what they wrote is not answered.
public struct ApprovalsRejectResult: Codable, Equatable, Sendable {
  public var ok: Bool

  public init(ok: Bool) {
    self.ok = ok
  }
}

/// What `approvals.revoke` gives. Takes a person's approval back.
public struct ApprovalsRevokeResult: Codable, Equatable, Sendable {
  public var ok: Bool

  public init(ok: Bool) {
    self.ok = ok
  }
}

/// What `canvas.eval` gives. Runs JavaScript in the agent's page that a board's screen shows.
public struct CanvasEvalResult: Codable, Equatable, Sendable {
  public var result: String

  public init(result: String) {
    self.result = result
  }
}

/// What `canvas.reset` gives. Takes every surface off a board.
public struct CanvasResetResult: Codable, Equatable, Sendable {
  public var screens: Int

  public init(screens: Int) {
    self.screens = screens
  }
}

/// What `canvas.show` gives. Shows a file of the canvas folder on a board's screens; without a path, its surfaces.
public struct CanvasShowResult: Codable, Equatable, Sendable {
  public var screens: Int

  public init(screens: Int) {
    self.screens = screens
  }
}

/// What `canvas.status` gives. The boards of the canvas: their surfaces, what they show, and the screens that are open.
public struct CanvasStatusResult: Codable, Equatable, Sendable {
  public var boards: [CanvasBoardState]

  public init(boards: [CanvasBoardState]) {
    self.boards = boards
  }
}

/// What `channels.login.cancel` gives. Ends a login that is under way.
public struct ChannelsLoginCancelResult: Codable, Equatable, Sendable {
  public var canceled: Bool

  public init(canceled: Bool) {
    self.canceled = canceled
  }
}

/// What `channels.login.start` gives. Begins to link an account of a network: gives the first step.
public struct ChannelsLoginResult: Codable, Equatable, Sendable {
  public var loginId: String
  public var step: LoginStep?
  public var done: LoginDone?

  public init(loginId: String, step: LoginStep? = nil, done: LoginDone? = nil) {
    self.loginId = loginId
    self.step = step
    self.done = done
  }
}

/// What `channels.logout` gives. Closes an account and deletes the credentials that a login kept.
public struct ChannelsLogoutResult: Codable, Equatable, Sendable {
  public var channel: String
  public var accountId: String
  public var cleared: Bool
  public var loggedOut: Bool?

  public init(channel: String, accountId: String, cleared: Bool, loggedOut: Bool? = nil) {
    self.channel = channel
    self.accountId = accountId
    self.cleared = cleared
    self.loggedOut = loggedOut
  }
}

/// What `channels.status` gives. How every account of every network is; with `probe` asked now.
public struct ChannelsStatusResult: Codable, Equatable, Sendable {
  public var ts: Int
  public var channelOrder: [String]
  public var channelLabels: [String: String]
  public var channelDetailLabels: [String: String]
  public var channelSystemImages: [String: String]
  public var channelMeta: [ChannelMeta]
  public var channels: [String: JSONValue]
  public var channelAccounts: [String: [[String: JSONValue]]]
  public var channelDefaultAccountId: [String: String]

  public init(
    ts: Int,
    channelOrder: [String],
    channelLabels: [String: String],
    channelDetailLabels: [String: String],
    channelSystemImages: [String: String],
    channelMeta: [ChannelMeta],
    channels: [String: JSONValue],
    channelAccounts: [String: [[String: JSONValue]]],
    channelDefaultAccountId: [String: String]
  ) {
    self.ts = ts
    self.channelOrder = channelOrder
    self.channelLabels = channelLabels
    self.channelDetailLabels = channelDetailLabels
    self.channelSystemImages = channelSystemImages
    self.channelMeta = channelMeta
    self.channels = channels
    self.channelAccounts = channelAccounts
    self.channelDefaultAccountId = channelDefaultAccountId
  }
}

/// What `chat.abort` gives. Aborts a run, or all runs of a session; what was said so far stays in the history.
public struct ChatAbortResult: Codable, Equatable, Sendable {
  public var ok: Bool
  public var aborted: Bool
  public var runIds: [String]

  public init(ok: Bool = true, aborted: Bool, runIds: [String]) {
    self.ok = ok
    self.aborted = aborted
    self.runIds = runIds
  }
}

/// What `chat.history` gives. The newest messages of a session, oldest first.
public struct ChatHistoryResult: Codable, Equatable, Sendable {
  public var sessionKey: String
  public var sessionId: String?
  public var messages: [ChatMessage]
  public var thinkingLevel: String?

  public init(sessionKey: String, sessionId: String? = nil, messages: [ChatMessage], thinkingLevel: String? = nil) {
    self.sessionKey = sessionKey
    self.sessionId = sessionId
    self.messages = messages
    self.thinkingLevel = thinkingLevel
  }
}

/// What `chat.inject` gives. Adds a message of the assistant to a session's history, without a run.
public struct ChatInjectResult: Codable, Equatable, Sendable {
  public var ok: Bool
  public var messageId: String

  public init(ok: Bool = true, messageId: String) {
    self.ok = ok
    self.messageId = messageId
  }
}

/// What `chat.send` gives. Says something to the agent in a session; the answer comes as `chat` events.
public struct ChatSendResult: Codable, Equatable, Sendable {
  public var runId: String
  public var status: Status
  public var ok: Bool?
  public var aborted: Bool?
  public var runIds: [String]?

  public enum Status: RawRepresentable, Codable, Hashable, Sendable {
    case started
    case inFlight
    case ok
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "started": self = .started
      case "in_flight": self = .inFlight
      case "ok": self = .ok
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .started: "started"
      case .inFlight: "in_flight"
      case .ok: "ok"
      case .unknown(let word): word
      }
    }
  }

  public init(runId: String, status: Status, ok: Bool? = nil, aborted: Bool? = nil, runIds: [String]? = nil) {
    self.runId = runId
    self.status = status
    self.ok = ok
    self.aborted = aborted
    self.runIds = runIds
  }
}

/// What `config.apply` gives. As config.set. Where settings hold from the next start on, the service is restarted if
/// there is one.
public struct ConfigApplyResult: Codable, Equatable, Sendable {
  public var ok: Bool
  public var path: String
  public var config: JSONValue
  public var hash: String
  public var changed: [String]
  public var needsRestart: [String]
  public var felt: [String]
  public var restart: ConfigRestart
  public var sentinel: ConfigSentinel

  public init(
    ok: Bool = true,
    path: String,
    config: JSONValue,
    hash: String,
    changed: [String],
    needsRestart: [String],
    felt: [String],
    restart: ConfigRestart,
    sentinel: ConfigSentinel
  ) {
    self.ok = ok
    self.path = path
    self.config = config
    self.hash = hash
    self.changed = changed
    self.needsRestart = needsRestart
    self.felt = felt
    self.restart = restart
    self.sentinel = sentinel
  }
}

/// What `config.get` gives. The config file and what it comes to, with secrets replaced.
public struct ConfigGetResult: Codable, Equatable, Sendable {
  public var path: String
  public var exists: Bool
  public var raw: String?
  public var parsed: JSONValue
  public var valid: Bool
  public var config: JSONValue
  public var hash: String?
  public var issues: [ConfigIssue]
  public var warnings: [ConfigIssue]
  public var legacyIssues: [ConfigIssue]

  public init(
    path: String,
    exists: Bool,
    raw: String?,
    parsed: JSONValue,
    valid: Bool,
    config: JSONValue,
    hash: String? = nil,
    issues: [ConfigIssue],
    warnings: [ConfigIssue],
    legacyIssues: [ConfigIssue]
  ) {
    self.path = path
    self.exists = exists
    self.raw = raw
    self.parsed = parsed
    self.valid = valid
    self.config = config
    self.hash = hash
    self.issues = issues
    self.warnings = warnings
    self.legacyIssues = legacyIssues
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(self.path, forKey: .path)
    try container.encode(self.exists, forKey: .exists)
    try container.encode(self.raw, forKey: .raw)
    try container.encode(self.parsed, forKey: .parsed)
    try container.encode(self.valid, forKey: .valid)
    try container.encode(self.config, forKey: .config)
    try container.encodeIfPresent(self.hash, forKey: .hash)
    try container.encode(self.issues, forKey: .issues)
    try container.encode(self.warnings, forKey: .warnings)
    try container.encode(self.legacyIssues, forKey: .legacyIssues)
  }
}

/// What `config.history` gives. The dated copies of the config, the newest first.
public struct ConfigHistoryResult: Codable, Equatable, Sendable {
  public var copies: [ConfigCopy]

  public init(copies: [ConfigCopy]) {
    self.copies = copies
  }
}

/// What `config.patch` gives. Applies a JSON merge patch to the config's text: null takes away, lists replace, comments
/// stay.
public struct ConfigPatchResult: Codable, Equatable, Sendable {
  public var ok: Bool
  public var path: String
  public var config: JSONValue
  public var hash: String
  public var changed: [String]
  public var needsRestart: [String]
  public var felt: [String]
  public var restart: ConfigRestart
  public var sentinel: ConfigSentinel

  public init(
    ok: Bool = true,
    path: String,
    config: JSONValue,
    hash: String,
    changed: [String],
    needsRestart: [String],
    felt: [String],
    restart: ConfigRestart,
    sentinel: ConfigSentinel
  ) {
    self.ok = ok
    self.path = path
    self.config = config
    self.hash = hash
    self.changed = changed
    self.needsRestart = needsRestart
    self.felt = felt
    self.restart = restart
    self.sentinel = sentinel
  }
}

/// What `config.rollback` gives. Goes back to a dated copy; without an id to the good one before the one in use.
public struct ConfigRollbackResult: Codable, Equatable, Sendable {
  public var ok: Bool
  public var path: String
  public var config: JSONValue
  public var hash: String
  public var changed: [String]
  public var needsRestart: [String]
  public var felt: [String]

  public init(
    ok: Bool = true,
    path: String,
    config: JSONValue,
    hash: String,
    changed: [String],
    needsRestart: [String],
    felt: [String]
  ) {
    self.ok = ok
    self.path = path
    self.config = config
    self.hash = hash
    self.changed = changed
    self.needsRestart = needsRestart
    self.felt = felt
  }
}

/// What `config.schema` gives. The config's JSON Schema with hints for forms.
public struct ConfigSchemaResult: Codable, Equatable, Sendable {
  public var schema: JSONValue
  public var uiHints: [String: ConfigUiHint]
  public var version: String
  public var generatedAt: String

  public init(schema: JSONValue, uiHints: [String: ConfigUiHint], version: String, generatedAt: String) {
    self.schema = schema
    self.uiHints = uiHints
    self.version = version
    self.generatedAt = generatedAt
  }
}

/// What `config.set` gives. Replaces the config's text; what can change does at once. Marks of secrets keep what is
/// there.
public struct ConfigSetResult: Codable, Equatable, Sendable {
  public var ok: Bool
  public var path: String
  public var config: JSONValue
  public var hash: String
  public var changed: [String]
  public var needsRestart: [String]
  public var felt: [String]

  public init(
    ok: Bool = true,
    path: String,
    config: JSONValue,
    hash: String,
    changed: [String],
    needsRestart: [String],
    felt: [String]
  ) {
    self.ok = ok
    self.path = path
    self.config = config
    self.hash = hash
    self.changed = changed
    self.needsRestart = needsRestart
    self.felt = felt
  }
}

/// What `cron.list` gives. Lists the scheduled jobs, soonest first.
public struct CronListResult: Codable, Equatable, Sendable {
  public var jobs: [CronJob]

  public init(jobs: [CronJob]) {
    self.jobs = jobs
  }
}

/// What `cron.remove` gives. Removes a scheduled job and its history; what runs of it is ended.
public struct CronRemoveResult: Codable, Equatable, Sendable {
  public var ok: Bool
  public var removed: Bool

  public init(ok: Bool = true, removed: Bool) {
    self.ok = ok
    self.removed = removed
  }
}

/// What `cron.run` gives. Runs a job, when it is due or (force) at once, and answers at the end of its run.
public struct CronRunResult: Codable, Equatable, Sendable {
  public var ok: Bool
  public var ran: Bool
  public var reason: Reason?

  public enum Reason: RawRepresentable, Codable, Hashable, Sendable {
    case notDue
    case alreadyRunning
    case noModel
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "not-due": self = .notDue
      case "already-running": self = .alreadyRunning
      case "no-model": self = .noModel
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .notDue: "not-due"
      case .alreadyRunning: "already-running"
      case .noModel: "no-model"
      case .unknown(let word): word
      }
    }
  }

  public init(ok: Bool = true, ran: Bool, reason: Reason? = nil) {
    self.ok = ok
    self.ran = ran
    self.reason = reason
  }
}

/// What `cron.runs` gives. What became of a job's times: the newest of them, oldest first.
public struct CronRunsResult: Codable, Equatable, Sendable {
  public var entries: [CronRunLogEntry]

  public init(entries: [CronRunLogEntry]) {
    self.entries = entries
  }
}

/// What `cron.status` gives. Whether scheduled jobs run, how many there are, and when the next one comes.
public struct CronStatusResult: Codable, Equatable, Sendable {
  public var enabled: Bool
  public var storePath: String
  public var jobs: Int
  public var nextWakeAtMs: Int?
  public var paused: Int
  public var timeZone: String
  public var waitsUntilMs: Int?

  public init(
    enabled: Bool,
    storePath: String,
    jobs: Int,
    nextWakeAtMs: Int?,
    paused: Int,
    timeZone: String,
    waitsUntilMs: Int? = nil
  ) {
    self.enabled = enabled
    self.storePath = storePath
    self.jobs = jobs
    self.nextWakeAtMs = nextWakeAtMs
    self.paused = paused
    self.timeZone = timeZone
    self.waitsUntilMs = waitsUntilMs
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(self.enabled, forKey: .enabled)
    try container.encode(self.storePath, forKey: .storePath)
    try container.encode(self.jobs, forKey: .jobs)
    try container.encode(self.nextWakeAtMs, forKey: .nextWakeAtMs)
    try container.encode(self.paused, forKey: .paused)
    try container.encode(self.timeZone, forKey: .timeZone)
    try container.encodeIfPresent(self.waitsUntilMs, forKey: .waitsUntilMs)
  }
}

/// What `deliveries.list` gives. Messages on their way out: those that need a decision, or the newest ones.
public struct DeliveriesListResult: Codable, Equatable, Sendable {
  public var deliveries: [Delivery]

  public init(deliveries: [Delivery]) {
    self.deliveries = deliveries
  }
}

/// What `deliveries.resolve` gives. Decides over a message whose arrival is unknown or that failed: send it again, it
/// arrived, or drop it.
public struct DeliveriesResolveResult: Codable, Equatable, Sendable {
  public var ok: Bool

  public init(ok: Bool = true) {
    self.ok = ok
  }
}

/// What `device.pair.approve` gives. Approves a device for exactly what it asked; the caller must hold those scopes.
public struct DevicePairApproveResult: Codable, Equatable, Sendable {
  public var requestId: String
  public var device: PairedDevice

  public init(requestId: String, device: PairedDevice) {
    self.requestId = requestId
    self.device = device
  }
}

/// What `device.pair.list` gives. Lists devices that wait for approval, newest first, and approved ones.
public struct DevicePairListResult: Codable, Equatable, Sendable {
  public var pending: [DevicePairRequestedEvent]
  public var paired: [PairedDevice]

  public init(pending: [DevicePairRequestedEvent], paired: [PairedDevice]) {
    self.pending = pending
    self.paired = paired
  }
}

/// What `device.pair.reject` gives. Rejects a device's request.
public struct DevicePairRejectResult: Codable, Equatable, Sendable {
  public var requestId: String
  public var deviceId: String

  public init(requestId: String, deviceId: String) {
    self.requestId = requestId
    self.deviceId = deviceId
  }
}

/// What `device.pair.remove` gives. Forgets a device: its tokens end and its connections are closed.
public struct DevicePairRemoveResult: Codable, Equatable, Sendable {
  public var deviceId: String
  public var removed: Bool

  public init(deviceId: String, removed: Bool) {
    self.deviceId = deviceId
    self.removed = removed
  }
}

/// What `device.pair.rename` gives. Gives a device the name that people see.
public struct DevicePairRenameResult: Codable, Equatable, Sendable {
  public var device: PairedDevice

  public init(device: PairedDevice) {
    self.device = device
  }
}

/// What `device.pair.setupCode` gives. Makes a code that approves one request of one new device, once, within five
/// minutes.
public struct DevicePairSetupCodeResult: Codable, Equatable, Sendable {
  public var setupCode: String
  public var joinUrl: String?
  public var gatewayUrl: String
  public var auth: Auth
  public var urlSource: String
  public var access: Access
  public var expiresAtMs: Int

  public enum Auth: RawRepresentable, Codable, Hashable, Sendable {
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

  public enum Access: RawRepresentable, Codable, Hashable, Sendable {
    case full
    case limited
    case node
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "full": self = .full
      case "limited": self = .limited
      case "node": self = .node
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .full: "full"
      case .limited: "limited"
      case .node: "node"
      case .unknown(let word): word
      }
    }
  }

  public init(
    setupCode: String,
    joinUrl: String? = nil,
    gatewayUrl: String,
    auth: Auth,
    urlSource: String,
    access: Access,
    expiresAtMs: Int
  ) {
    self.setupCode = setupCode
    self.joinUrl = joinUrl
    self.gatewayUrl = gatewayUrl
    self.auth = auth
    self.urlSource = urlSource
    self.access = access
    self.expiresAtMs = expiresAtMs
  }
}

/// What `device.token.revoke` gives. Ends a device's token and approval for one role and closes its connections.
public struct DeviceTokenRevokeResult: Codable, Equatable, Sendable {
  public var deviceId: String
  public var role: String
  public var revokedAtMs: Int

  public init(deviceId: String, role: String, revokedAtMs: Int) {
    self.deviceId = deviceId
    self.role = role
    self.revokedAtMs = revokedAtMs
  }
}

/// What `device.token.rotate` gives. Replaces a device's token and closes its connections; only the device itself is
/// told the new one.
public struct DeviceTokenRotateResult: Codable, Equatable, Sendable {
  public var deviceId: String
  public var role: String
  public var token: String?
  public var scopes: [String]
  public var rotatedAtMs: Int

  public init(deviceId: String, role: String, token: String? = nil, scopes: [String], rotatedAtMs: Int) {
    self.deviceId = deviceId
    self.role = role
    self.token = token
    self.scopes = scopes
    self.rotatedAtMs = rotatedAtMs
  }
}

/// What `exec.approval.list` gives. Lists the commands that wait for a decision, oldest first.
public typealias ExecApprovalListResult = [PendingExecApproval]

/// What `exec.approval.request` gives. Asks people to allow a command and waits for their decision; null when nobody
/// decided.
public struct ExecApprovalRequestResult: Codable, Equatable, Sendable {
  public var id: String
  public var decision: ExecDecision?
  public var createdAtMs: Int
  public var expiresAtMs: Int

  public init(id: String, decision: ExecDecision?, createdAtMs: Int, expiresAtMs: Int) {
    self.id = id
    self.decision = decision
    self.createdAtMs = createdAtMs
    self.expiresAtMs = expiresAtMs
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(self.id, forKey: .id)
    try container.encode(self.decision, forKey: .decision)
    try container.encode(self.createdAtMs, forKey: .createdAtMs)
    try container.encode(self.expiresAtMs, forKey: .expiresAtMs)
  }
}

/// What `exec.approval.resolve` gives. Decides about a command that waits: allow-once, allow-always or deny.
public struct ExecApprovalResolveResult: Codable, Equatable, Sendable {
  public var ok: Bool

  public init(ok: Bool = true) {
    self.ok = ok
  }
}

/// What `inbox.list` gives. Messages of networks, newest first, with what became of each and why one was not answered.
public struct InboxListResult: Codable, Equatable, Sendable {
  public var messages: [InboxMessage]

  public init(messages: [InboxMessage]) {
    self.messages = messages
  }
}

/// What `last-heartbeat` gives. What the last heartbeat did; null when there was none.
public typealias LastHeartbeatResult = HeartbeatEvent?

/// What `logs.tail` gives. The newest lines of the log, or those after a cursor.
public struct LogsTailResult: Codable, Equatable, Sendable {
  public var file: String
  public var cursor: Int
  public var size: Int
  public var lines: [String]
  public var truncated: Bool?
  public var reset: Bool?

  public init(file: String, cursor: Int, size: Int, lines: [String], truncated: Bool? = nil, reset: Bool? = nil) {
    self.file = file
    self.cursor = cursor
    self.size = size
    self.lines = lines
    self.truncated = truncated
    self.reset = reset
  }
}

/// What `mcp.status` gives. How the MCP servers of the config are, and why one is away.
public struct McpStatusResult: Codable, Equatable, Sendable {
  public var servers: [McpServerStatus]

  public init(servers: [McpServerStatus]) {
    self.servers = servers
  }
}

/// What `models.authStatus` gives. Which vendors of models have a key.
public struct ModelsAuthStatusResult: Codable, Equatable, Sendable {
  public var ts: Int
  public var providers: [ModelAuthProvider]

  public init(ts: Int, providers: [ModelAuthProvider]) {
    self.ts = ts
    self.providers = providers
  }
}

/// What `models.choose` gives. Tests a model and lets it answer from the next turn on; builtin/echo means none.
public struct ModelsChooseResult: Codable, Equatable, Sendable {
  public var model: String
  public var isUsed: Bool
  public var trial: ModelTrial?

  public init(model: String, isUsed: Bool, trial: ModelTrial? = nil) {
    self.model = model
    self.isUsed = isUsed
    self.trial = trial
  }
}

/// What `models.detect` gives. Looks for model servers on the gateway's machine, keys in its environment and other
/// agents on its path.
public struct ModelsDetectResult: Codable, Equatable, Sendable {
  public var servers: [FoundModelServer]
  public var keys: [FoundModelKey]
  public var commands: [String]
  public var vendors: [ModelVendorOffer]

  public init(servers: [FoundModelServer], keys: [FoundModelKey], commands: [String], vendors: [ModelVendorOffer]) {
    self.servers = servers
    self.keys = keys
    self.commands = commands
    self.vendors = vendors
  }
}

/// What `models.list` gives. Lists the models that a session may use.
public struct ModelsListResult: Codable, Equatable, Sendable {
  public var models: [ModelChoice]

  public init(models: [ModelChoice]) {
    self.models = models
  }
}

/// What `node.event` gives. A node tells what happened on it. Unknown events are taken and ignored.
public struct NodeEventResult: Codable, Equatable, Sendable {
  public var ok: Bool
  public var event: String
  public var handled: Bool
  public var reason: String?

  public init(ok: Bool = true, event: String, handled: Bool, reason: String? = nil) {
    self.ok = ok
    self.event = event
    self.handled = handled
    self.reason = reason
  }
}

/// What `node.invoke` gives. Asks a node to do something and waits for its answer.
public struct NodeInvokeResult: Codable, Equatable, Sendable {
  public var ok: Bool
  public var nodeId: String
  public var command: String
  public var payload: JSONValue
  public var payloadJSON: String?

  public init(ok: Bool = true, nodeId: String, command: String, payload: JSONValue, payloadJSON: String?) {
    self.ok = ok
    self.nodeId = nodeId
    self.command = command
    self.payload = payload
    self.payloadJSON = payloadJSON
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(self.ok, forKey: .ok)
    try container.encode(self.nodeId, forKey: .nodeId)
    try container.encode(self.command, forKey: .command)
    try container.encode(self.payload, forKey: .payload)
    try container.encode(self.payloadJSON, forKey: .payloadJSON)
  }
}

/// What `node.invoke.result` gives. A node's answer to node.invoke.request; it counts once, from the connection that
/// was asked.
public struct NodeInvokeResultResult: Codable, Equatable, Sendable {
  public var ok: Bool
  public var ignored: Bool?

  public init(ok: Bool = true, ignored: Bool? = nil) {
    self.ok = ok
    self.ignored = ignored
  }
}

/// What `node.list` gives. Lists the nodes: what each offers, what may be asked of it, and which are here.
public struct NodeListResult: Codable, Equatable, Sendable {
  public var ts: Int
  public var nodes: [ListedNode]

  public init(ts: Int, nodes: [ListedNode]) {
    self.ts = ts
    self.nodes = nodes
  }
}

/// What `node.pair.approve` gives. Approves a request of a node, or only some of the commands that it names; the others
/// are declined.
public struct NodePairApproveResult: Codable, Equatable, Sendable {
  public var requestId: String
  public var node: PairedNode

  public init(requestId: String, node: PairedNode) {
    self.requestId = requestId
    self.node = node
  }
}

/// What `node.pair.list` gives. Lists what waits for approval (devices that want to be nodes, commands of nodes), and
/// the nodes.
public struct NodePairListResult: Codable, Equatable, Sendable {
  public var pending: [NodePairRequest]
  public var paired: [PairedNode]

  public init(pending: [NodePairRequest], paired: [PairedNode]) {
    self.pending = pending
    self.paired = paired
  }
}

/// What `node.pair.reject` gives. Rejects a request of a node; it does not ask for the same again.
public struct NodePairRejectResult: Codable, Equatable, Sendable {
  public var requestId: String
  public var nodeId: String

  public init(requestId: String, nodeId: String) {
    self.requestId = requestId
    self.nodeId = nodeId
  }
}

/// What `node.pair.remove` gives. Ends a device's being a node: what was approved for it is forgotten, its connections
/// are closed.
public struct NodePairRemoveResult: Codable, Equatable, Sendable {
  public var nodeId: String
  public var removed: Bool

  public init(nodeId: String, removed: Bool = true) {
    self.nodeId = nodeId
    self.removed = removed
  }
}

/// What `node.pair.request` gives. Asks people for commands that a known node offers. A new node asks by connecting.
public struct NodePairRequestResult: Codable, Equatable, Sendable {
  public var status: String
  public var request: NodePairRequest
  public var created: Bool

  public init(status: String = "pending", request: NodePairRequest, created: Bool) {
    self.status = status
    self.request = request
    self.created = created
  }
}

/// What `node.pair.revoke` gives. Takes approved commands back from a node, or all of them; it stays a node.
public struct NodePairRevokeResult: Codable, Equatable, Sendable {
  public var node: PairedNode

  public init(node: PairedNode) {
    self.node = node
  }
}

/// What `node.pair.verify` gives. Tells whether a token is the node's own.
public struct NodePairVerifyResult: Codable, Equatable, Sendable {
  public var ok: Bool
  public var node: PairedNode?

  public init(ok: Bool, node: PairedNode? = nil) {
    self.ok = ok
    self.node = node
  }
}

/// What `node.pluginSurface.refresh` gives. A new address of the canvas for this connection.
public struct NodePluginSurfaceRefreshResult: Codable, Equatable, Sendable {
  public var pluginSurfaceUrls: [String: String]

  public init(pluginSurfaceUrls: [String: String]) {
    self.pluginSurfaceUrls = pluginSurfaceUrls
  }
}

/// What `node.rename` gives. Gives a node the name that people see.
public struct NodeRenameResult: Codable, Equatable, Sendable {
  public var nodeId: String
  public var displayName: String

  public init(nodeId: String, displayName: String) {
    self.nodeId = nodeId
    self.displayName = displayName
  }
}

/// What `send` gives. Sends a message to a chat of a network, and answers once the network took it.
public struct SendResult: Codable, Equatable, Sendable {
  public var runId: String
  public var messageId: String
  public var channel: String
  public var chatId: String?

  public init(runId: String, messageId: String, channel: String, chatId: String? = nil) {
    self.runId = runId
    self.messageId = messageId
    self.channel = channel
    self.chatId = chatId
  }
}

/// What `sessions.compact` gives. Keeps the newest messages of a session and sets the rest aside.
public struct SessionsCompactResult: Codable, Equatable, Sendable {
  public var ok: Bool
  public var key: String
  public var compacted: Bool
  public var reason: String?
  public var kept: Int?
  public var archived: String?

  public init(
    ok: Bool = true,
    key: String,
    compacted: Bool,
    reason: String? = nil,
    kept: Int? = nil,
    archived: String? = nil
  ) {
    self.ok = ok
    self.key = key
    self.compacted = compacted
    self.reason = reason
    self.kept = kept
    self.archived = archived
  }
}

/// What `sessions.delete` gives. Deletes a session after aborting its run, with its transcript unless told otherwise.
public struct SessionsDeleteResult: Codable, Equatable, Sendable {
  public var ok: Bool
  public var key: String
  public var deleted: Bool
  public var archived: [String]

  public init(ok: Bool = true, key: String, deleted: Bool, archived: [String]) {
    self.ok = ok
    self.key = key
    self.deleted = deleted
    self.archived = archived
  }
}

/// What `sessions.list` gives. Lists sessions, the one used last first.
public struct SessionsListResult: Codable, Equatable, Sendable {
  public var ts: Int
  public var path: String
  public var count: Int
  public var defaults: SessionsListDefaults
  public var sessions: [SessionRow]

  public init(ts: Int, path: String, count: Int, defaults: SessionsListDefaults, sessions: [SessionRow]) {
    self.ts = ts
    self.path = path
    self.count = count
    self.defaults = defaults
    self.sessions = sessions
  }
}

/// What `sessions.patch` gives. Sets or clears (null) overrides of a session; makes the session when it is not there.
public struct SessionsPatchResult: Codable, Equatable, Sendable {
  public var ok: Bool
  public var path: String
  public var key: String
  public var entry: SessionEntry

  public init(ok: Bool = true, path: String, key: String, entry: SessionEntry) {
    self.ok = ok
    self.path = path
    self.key = key
    self.entry = entry
  }
}

/// What `sessions.preview` gives. The last messages of several sessions, cut short.
public struct SessionsPreviewResult: Codable, Equatable, Sendable {
  public var ts: Int
  public var previews: [SessionPreview]

  public init(ts: Int, previews: [SessionPreview]) {
    self.ts = ts
    self.previews = previews
  }
}

/// What `sessions.reset` gives. Starts a new conversation under the same key.
public struct SessionsResetResult: Codable, Equatable, Sendable {
  public var ok: Bool
  public var key: String
  public var entry: SessionEntry

  public init(ok: Bool = true, key: String, entry: SessionEntry) {
    self.ok = ok
    self.key = key
    self.entry = entry
  }
}

/// What `sessions.resolve` gives. Finds one session by key, session id or label.
public struct SessionsResolveResult: Codable, Equatable, Sendable {
  public var ok: Bool
  public var key: String

  public init(ok: Bool = true, key: String) {
    self.ok = ok
    self.key = key
  }
}

/// What `set-heartbeats` gives. Switches heartbeats off or on until the gateway's next start; for good it is a setting.
public struct SetHeartbeatsResult: Codable, Equatable, Sendable {
  public var ok: Bool
  public var enabled: Bool

  public init(ok: Bool = true, enabled: Bool) {
    self.ok = ok
    self.enabled = enabled
  }
}

/// What `skills.bins` gives. Programs that the agents' skills need.
public struct SkillsBinsResult: Codable, Equatable, Sendable {
  public var bins: [String]

  public init(bins: [String]) {
    self.bins = bins
  }
}

/// What `system-event` gives. A client's word about itself, or a notice for the agent's main session.
public struct SystemEventResult: Codable, Equatable, Sendable {
  public var ok: Bool

  public init(ok: Bool = true) {
    self.ok = ok
  }
}

/// What `system-presence` gives. Who is connected, newest first; a bare array.
public typealias SystemPresenceResult = [PresenceEntry]

/// What `usage.cost` gives. Tokens and dollars by day (UTC), for the last days.
public struct UsageCostResult: Codable, Equatable, Sendable {
  public var updatedAt: Int
  public var days: Int
  public var daily: [UsageDay]
  public var totals: UsageTotals

  public init(updatedAt: Int, days: Int, daily: [UsageDay], totals: UsageTotals) {
    self.updatedAt = updatedAt
    self.days = days
    self.daily = daily
    self.totals = totals
  }
}

/// What `usage.status` gives. Quota windows of the model vendors, where they tell any.
public struct UsageStatusResult: Codable, Equatable, Sendable {
  public var updatedAt: Int
  public var providers: [UsageProvider]

  public init(updatedAt: Int, providers: [UsageProvider]) {
    self.updatedAt = updatedAt
    self.providers = providers
  }
}

/// What `voicewake.get` gives. The words that wake the agent.
public struct VoiceWakeResult: Codable, Equatable, Sendable {
  public var triggers: [String]

  public init(triggers: [String]) {
    self.triggers = triggers
  }
}

/// What `wake` gives. Leaves a notice for the main session's agent, and with mode `now` lets it read it at once.
public struct WakeResult: Codable, Equatable, Sendable {
  public var ok: Bool

  public init(ok: Bool) {
    self.ok = ok
  }
}

/// What `web.login.start` gives. Begins to link WhatsApp by a code to scan: gives the code as a picture.
public struct WebLoginStartResult: Codable, Equatable, Sendable {
  public var message: String
  public var qrDataUrl: String?

  public init(message: String, qrDataUrl: String? = nil) {
    self.message = message
    self.qrDataUrl = qrDataUrl
  }
}

/// What `web.login.wait` gives. Waits until the code that `web.login.start` gave was scanned.
public struct WebLoginWaitResult: Codable, Equatable, Sendable {
  public var connected: Bool
  public var message: String

  public init(connected: Bool, message: String) {
    self.connected = connected
    self.message = message
  }
}

/// What `wizard.next` gives. Answers a step of the setup, or waits for what it shows: gives the step after it.
public struct WizardNextResult: Codable, Equatable, Sendable {
  public var done: Bool
  public var step: WizardStep?
  public var status: WizardSessionStatus?
  public var error: String?

  public init(done: Bool, step: WizardStep? = nil, status: WizardSessionStatus? = nil, error: String? = nil) {
    self.done = done
    self.step = step
    self.status = status
    self.error = error
  }
}

/// What `wizard.start` gives. Begins the setup, or goes on with what is missing: gives the first step.
public struct WizardStartResult: Codable, Equatable, Sendable {
  public var sessionId: String
  public var done: Bool
  public var step: WizardStep?
  public var status: WizardSessionStatus?
  public var error: String?

  public init(
    sessionId: String,
    done: Bool,
    step: WizardStep? = nil,
    status: WizardSessionStatus? = nil,
    error: String? = nil
  ) {
    self.sessionId = sessionId
    self.done = done
    self.step = step
    self.status = status
    self.error = error
  }
}

/// What `wizard.cancel` gives. Ends the setup where it stands; what was done stays done.
public struct WizardStatusResult: Codable, Equatable, Sendable {
  public var status: WizardSessionStatus
  public var error: String?

  public init(status: WizardSessionStatus, error: String? = nil) {
    self.status = status
    self.error = error
  }
}
