// Made by `bun run generate`. Change the declaration in src, not this file.

/// What `agent.identity.get` takes. Name and avatar of the agent that answers in a session.
public struct AgentIdentityParams: Codable, Equatable, Sendable {
  public var agentId: String?
  public var sessionKey: String?

  public init(agentId: String? = nil, sessionKey: String? = nil) {
    self.agentId = agentId
    self.sessionKey = sessionKey
  }
}

/// What `agent` takes. Runs the agent: acknowledges once the request is on disk, and answers again on the same id at
/// the end.
public struct AgentParams: Codable, Equatable, Sendable {
  public var message: String
  public var idempotencyKey: String
  public var agentId: String?
  public var sessionKey: String?
  public var sessionId: String?
  public var to: String?
  public var channel: String?
  public var accountId: String?
  public var threadId: String?
  public var replyTo: String?
  public var replyChannel: String?
  public var replyAccountId: String?
  public var groupId: String?
  public var groupChannel: String?
  public var groupSpace: String?
  public var thinking: String?
  public var deliver: Bool?
  public var attachments: [Attachment]?
  public var timeout: Int?
  public var lane: String?
  public var extraSystemPrompt: String?
  public var label: String?
  public var spawnedBy: String?

  public init(
    message: String,
    idempotencyKey: String,
    agentId: String? = nil,
    sessionKey: String? = nil,
    sessionId: String? = nil,
    to: String? = nil,
    channel: String? = nil,
    accountId: String? = nil,
    threadId: String? = nil,
    replyTo: String? = nil,
    replyChannel: String? = nil,
    replyAccountId: String? = nil,
    groupId: String? = nil,
    groupChannel: String? = nil,
    groupSpace: String? = nil,
    thinking: String? = nil,
    deliver: Bool? = nil,
    attachments: [Attachment]? = nil,
    timeout: Int? = nil,
    lane: String? = nil,
    extraSystemPrompt: String? = nil,
    label: String? = nil,
    spawnedBy: String? = nil
  ) {
    self.message = message
    self.idempotencyKey = idempotencyKey
    self.agentId = agentId
    self.sessionKey = sessionKey
    self.sessionId = sessionId
    self.to = to
    self.channel = channel
    self.accountId = accountId
    self.threadId = threadId
    self.replyTo = replyTo
    self.replyChannel = replyChannel
    self.replyAccountId = replyAccountId
    self.groupId = groupId
    self.groupChannel = groupChannel
    self.groupSpace = groupSpace
    self.thinking = thinking
    self.deliver = deliver
    self.attachments = attachments
    self.timeout = timeout
    self.lane = lane
    self.extraSystemPrompt = extraSystemPrompt
    self.label = label
    self.spawnedBy = spawnedBy
  }
}

/// What `agent.wait` takes. Waits for the end of any run, also one of an earlier start of the gateway.
public struct AgentWaitParams: Codable, Equatable, Sendable {
  public var runId: String
  public var timeoutMs: Int?

  public init(runId: String, timeoutMs: Int? = nil) {
    self.runId = runId
    self.timeoutMs = timeoutMs
  }
}

/// What `agents.list` takes. Lists the configured agents and which one is the default.
public struct AgentsListParams: Codable, Equatable, Sendable {
  public init() {}
}

/// What `approvals.approve` takes. Lets a person talk to the agent, by the code that they were told or by their id;
/// answers what they wrote.
public struct ApprovalsApproveParams: Codable, Equatable, Sendable {
  public var code: String?
  public var channel: String?
  public var accountId: String?
  public var senderId: String?
  public var isOwner: Bool?

  public init(
    code: String? = nil,
    channel: String? = nil,
    accountId: String? = nil,
    senderId: String? = nil,
    isOwner: Bool? = nil
  ) {
    self.code = code
    self.channel = channel
    self.accountId = accountId
    self.senderId = senderId
    self.isOwner = isOwner
  }
}

/// What `approvals.list` takes. People who ask to talk to the agent, and those who may.
public struct ApprovalsListParams: Codable, Equatable, Sendable {
  public init() {}
}

/// What `approvals.reject` takes. Turns a person's request down; what they wrote is not answered.
public struct ApprovalsRejectParams: Codable, Equatable, Sendable {
  public var channel: String
  public var accountId: String?
  public var senderId: String

  public init(channel: String, accountId: String? = nil, senderId: String) {
    self.channel = channel
    self.accountId = accountId
    self.senderId = senderId
  }
}

/// What `approvals.revoke` takes. Takes a person's approval back.
public struct ApprovalsRevokeParams: Codable, Equatable, Sendable {
  public var channel: String
  public var accountId: String?
  public var senderId: String

  public init(channel: String, accountId: String? = nil, senderId: String) {
    self.channel = channel
    self.accountId = accountId
    self.senderId = senderId
  }
}

/// What `canvas.eval` takes. Runs JavaScript in the agent's page that a board's screen shows.
public struct CanvasEvalParams: Codable, Equatable, Sendable {
  public var board: String?
  public var javaScript: String
  public var timeoutMs: Int?

  public init(board: String? = nil, javaScript: String, timeoutMs: Int? = nil) {
    self.board = board
    self.javaScript = javaScript
    self.timeoutMs = timeoutMs
  }
}

/// What `canvas.link` takes. An address that makes a browser a screen (tab), or only shows a board until it expires
/// (view). With code (for admins) it lets one new screen in by itself, once, within five minutes.
public struct CanvasLinkParams: Codable, Equatable, Sendable {
  public var kind: Kind
  public var board: String?
  public var screen: String?
  public var name: String?
  public var durationMs: Int?
  public var code: Bool?

  public enum Kind: RawRepresentable, Codable, Hashable, Sendable {
    case tab
    case view
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "tab": self = .tab
      case "view": self = .view
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .tab: "tab"
      case .view: "view"
      case .unknown(let word): word
      }
    }
  }

  public init(
    kind: Kind,
    board: String? = nil,
    screen: String? = nil,
    name: String? = nil,
    durationMs: Int? = nil,
    code: Bool? = nil
  ) {
    self.kind = kind
    self.board = board
    self.screen = screen
    self.name = name
    self.durationMs = durationMs
    self.code = code
  }
}

/// What `canvas.push` takes. Draws A2UI messages on a board: checked, kept, and shown on every screen of it.
public struct CanvasPushParams: Codable, Equatable, Sendable {
  public var board: String?
  public var messages: [JSONValue]?
  public var jsonl: String?
  public var sessionKey: String?

  public init(board: String? = nil, messages: [JSONValue]? = nil, jsonl: String? = nil, sessionKey: String? = nil) {
    self.board = board
    self.messages = messages
    self.jsonl = jsonl
    self.sessionKey = sessionKey
  }
}

/// What `canvas.reset` takes. Takes every surface off a board.
public struct CanvasResetParams: Codable, Equatable, Sendable {
  public var board: String?

  public init(board: String? = nil) {
    self.board = board
  }
}

/// What `canvas.show` takes. Shows a file of the canvas folder on a board's screens; without a path, its surfaces.
public struct CanvasShowParams: Codable, Equatable, Sendable {
  public var board: String?
  public var path: String?

  public init(board: String? = nil, path: String? = nil) {
    self.board = board
    self.path = path
  }
}

/// What `canvas.snapshot` takes. A picture of what a board's screen shows.
public struct CanvasSnapshotParams: Codable, Equatable, Sendable {
  public var board: String?
  public var format: Format?
  public var maxWidth: Int?
  public var quality: Double?
  public var timeoutMs: Int?

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

  public init(
    board: String? = nil,
    format: Format? = nil,
    maxWidth: Int? = nil,
    quality: Double? = nil,
    timeoutMs: Int? = nil
  ) {
    self.board = board
    self.format = format
    self.maxWidth = maxWidth
    self.quality = quality
    self.timeoutMs = timeoutMs
  }
}

/// What `canvas.status` takes. The boards of the canvas: their surfaces, what they show, and the screens that are open.
public struct CanvasStatusParams: Codable, Equatable, Sendable {
  public init() {}
}

/// What `channels.login.cancel` takes. Ends a login that is under way.
public struct ChannelsLoginCancelParams: Codable, Equatable, Sendable {
  public var loginId: String

  public init(loginId: String) {
    self.loginId = loginId
  }
}

/// What `channels.login.next` takes. Answers a step of a login; gives the next one, or that it is done.
public struct ChannelsLoginNextParams: Codable, Equatable, Sendable {
  public var loginId: String
  public var value: String?

  public init(loginId: String, value: String? = nil) {
    self.loginId = loginId
    self.value = value
  }
}

/// What `channels.login.start` takes. Begins to link an account of a network: gives the first step.
public struct ChannelsLoginStartParams: Codable, Equatable, Sendable {
  public var channel: String
  public var accountId: String?

  public init(channel: String, accountId: String? = nil) {
    self.channel = channel
    self.accountId = accountId
  }
}

/// What `channels.logout` takes. Closes an account and deletes the credentials that a login kept.
public struct ChannelsLogoutParams: Codable, Equatable, Sendable {
  public var channel: String
  public var accountId: String?

  public init(channel: String, accountId: String? = nil) {
    self.channel = channel
    self.accountId = accountId
  }
}

/// What `channels.status` takes. How every account of every network is; with `probe` asked now.
public struct ChannelsStatusParams: Codable, Equatable, Sendable {
  public var probe: Bool?
  public var timeoutMs: Int?

  public init(probe: Bool? = nil, timeoutMs: Int? = nil) {
    self.probe = probe
    self.timeoutMs = timeoutMs
  }
}

/// What `chat.abort` takes. Aborts a run, or all runs of a session; what was said so far stays in the history.
public struct ChatAbortParams: Codable, Equatable, Sendable {
  public var sessionKey: String
  public var runId: String?

  public init(sessionKey: String, runId: String? = nil) {
    self.sessionKey = sessionKey
    self.runId = runId
  }
}

/// What `chat.history` takes. The newest messages of a session, oldest first.
public struct ChatHistoryParams: Codable, Equatable, Sendable {
  public var sessionKey: String
  public var limit: Int?

  public init(sessionKey: String, limit: Int? = nil) {
    self.sessionKey = sessionKey
    self.limit = limit
  }
}

/// What `chat.inject` takes. Adds a message of the assistant to a session's history, without a run.
public struct ChatInjectParams: Codable, Equatable, Sendable {
  public var sessionKey: String
  public var message: String
  public var label: String?

  public init(sessionKey: String, message: String, label: String? = nil) {
    self.sessionKey = sessionKey
    self.message = message
    self.label = label
  }
}

/// What `chat.send` takes. Says something to the agent in a session; the answer comes as `chat` events.
public struct ChatSendParams: Codable, Equatable, Sendable {
  public var sessionKey: String
  public var message: String
  public var idempotencyKey: String
  public var thinking: String?
  public var deliver: Bool?
  public var attachments: [Attachment]?
  public var timeoutMs: Int?

  public init(
    sessionKey: String,
    message: String,
    idempotencyKey: String,
    thinking: String? = nil,
    deliver: Bool? = nil,
    attachments: [Attachment]? = nil,
    timeoutMs: Int? = nil
  ) {
    self.sessionKey = sessionKey
    self.message = message
    self.idempotencyKey = idempotencyKey
    self.thinking = thinking
    self.deliver = deliver
    self.attachments = attachments
    self.timeoutMs = timeoutMs
  }
}

/// What `config.apply` takes. As config.set. Where settings hold from the next start on, the service is restarted if
/// there is one.
public struct ConfigApplyParams: Codable, Equatable, Sendable {
  public var raw: String
  public var baseHash: String?
  public var sessionKey: String?
  public var note: String?
  public var restartDelayMs: Int?

  public init(
    raw: String,
    baseHash: String? = nil,
    sessionKey: String? = nil,
    note: String? = nil,
    restartDelayMs: Int? = nil
  ) {
    self.raw = raw
    self.baseHash = baseHash
    self.sessionKey = sessionKey
    self.note = note
    self.restartDelayMs = restartDelayMs
  }
}

/// What `config.get` takes. The config file and what it comes to, with secrets replaced.
public struct ConfigGetParams: Codable, Equatable, Sendable {
  public init() {}
}

/// What `config.history` takes. The dated copies of the config, the newest first.
public struct ConfigHistoryParams: Codable, Equatable, Sendable {
  public init() {}
}

/// What `config.patch` takes. Applies a JSON merge patch to the config's text: null takes away, lists replace, comments
/// stay.
public struct ConfigPatchParams: Codable, Equatable, Sendable {
  public var raw: String
  public var baseHash: String?
  public var sessionKey: String?
  public var note: String?
  public var restartDelayMs: Int?

  public init(
    raw: String,
    baseHash: String? = nil,
    sessionKey: String? = nil,
    note: String? = nil,
    restartDelayMs: Int? = nil
  ) {
    self.raw = raw
    self.baseHash = baseHash
    self.sessionKey = sessionKey
    self.note = note
    self.restartDelayMs = restartDelayMs
  }
}

/// What `config.rollback` takes. Goes back to a dated copy; without an id to the good one before the one in use.
public struct ConfigRollbackParams: Codable, Equatable, Sendable {
  public var id: String?
  public var isTrial: Bool?

  public init(id: String? = nil, isTrial: Bool? = nil) {
    self.id = id
    self.isTrial = isTrial
  }
}

/// What `config.schema` takes. The config's JSON Schema with hints for forms.
public struct ConfigSchemaParams: Codable, Equatable, Sendable {
  public init() {}
}

/// What `config.set` takes. Replaces the config's text; what can change does at once. Marks of secrets keep what is
/// there.
public struct ConfigSetParams: Codable, Equatable, Sendable {
  public var raw: String
  public var baseHash: String?
  public var mayShrink: Bool?
  public var isTrial: Bool?

  public init(raw: String, baseHash: String? = nil, mayShrink: Bool? = nil, isTrial: Bool? = nil) {
    self.raw = raw
    self.baseHash = baseHash
    self.mayShrink = mayShrink
    self.isTrial = isTrial
  }
}

/// What `connect` takes. The first request on every socket: who the client is and what it may do.
public struct ConnectParams: Codable, Equatable, Sendable {
  public var minProtocol: Int
  public var maxProtocol: Int
  public var client: ConnectClient
  public var caps: [String]?
  public var commands: [String]?
  public var permissions: [String: Bool]?
  public var pathEnv: String?
  public var role: String?
  public var scopes: [String]?
  public var device: ConnectDevice?
  public var auth: ConnectAuth?
  public var locale: String?
  public var userAgent: String?
  public var computerUse: JSONValue?
  public var workerRuns: JSONValue?
  public var modelCatalog: JSONValue?

  public init(
    minProtocol: Int,
    maxProtocol: Int,
    client: ConnectClient,
    caps: [String]? = nil,
    commands: [String]? = nil,
    permissions: [String: Bool]? = nil,
    pathEnv: String? = nil,
    role: String? = nil,
    scopes: [String]? = nil,
    device: ConnectDevice? = nil,
    auth: ConnectAuth? = nil,
    locale: String? = nil,
    userAgent: String? = nil,
    computerUse: JSONValue? = nil,
    workerRuns: JSONValue? = nil,
    modelCatalog: JSONValue? = nil
  ) {
    self.minProtocol = minProtocol
    self.maxProtocol = maxProtocol
    self.client = client
    self.caps = caps
    self.commands = commands
    self.permissions = permissions
    self.pathEnv = pathEnv
    self.role = role
    self.scopes = scopes
    self.device = device
    self.auth = auth
    self.locale = locale
    self.userAgent = userAgent
    self.computerUse = computerUse
    self.workerRuns = workerRuns
    self.modelCatalog = modelCatalog
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.minProtocol = try container.decode(Int.self, forKey: .minProtocol)
    self.maxProtocol = try container.decode(Int.self, forKey: .maxProtocol)
    self.client = try container.decode(ConnectClient.self, forKey: .client)
    self.caps = try container.decodeIfPresent([String].self, forKey: .caps)
    self.commands = try container.decodeIfPresent([String].self, forKey: .commands)
    self.permissions = try container.decodeIfPresent([String: Bool].self, forKey: .permissions)
    self.pathEnv = try container.decodeIfPresent(String.self, forKey: .pathEnv)
    self.role = try container.decodeIfPresent(String.self, forKey: .role)
    self.scopes = try container.decodeIfPresent([String].self, forKey: .scopes)
    self.device = try container.decodeIfPresent(ConnectDevice.self, forKey: .device)
    self.auth = try container.decodeIfPresent(ConnectAuth.self, forKey: .auth)
    self.locale = try container.decodeIfPresent(String.self, forKey: .locale)
    self.userAgent = try container.decodeIfPresent(String.self, forKey: .userAgent)
    self.computerUse = try container.decodePresent(JSONValue.self, forKey: .computerUse)
    self.workerRuns = try container.decodePresent(JSONValue.self, forKey: .workerRuns)
    self.modelCatalog = try container.decodePresent(JSONValue.self, forKey: .modelCatalog)
  }
}

/// What `cron.add` takes. Adds a scheduled job. Older spellings of its fields are understood.
public struct CronAddParams: Codable, Equatable, Sendable {
  public var name: String
  public var schedule: CronSchedule
  public var sessionTarget: SessionTarget
  public var wakeMode: WakeMode
  public var payload: CronPayload
  public var agentId: Nullable<String>?
  public var description: String?
  public var enabled: Bool?
  public var deleteAfterRun: Bool?
  public var isolation: CronIsolation?
  public var misfire: Misfire?

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
    name: String,
    schedule: CronSchedule,
    sessionTarget: SessionTarget,
    wakeMode: WakeMode,
    payload: CronPayload,
    agentId: Nullable<String>? = nil,
    description: String? = nil,
    enabled: Bool? = nil,
    deleteAfterRun: Bool? = nil,
    isolation: CronIsolation? = nil,
    misfire: Misfire? = nil
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
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.name = try container.decode(String.self, forKey: .name)
    self.schedule = try container.decode(CronSchedule.self, forKey: .schedule)
    self.sessionTarget = try container.decode(SessionTarget.self, forKey: .sessionTarget)
    self.wakeMode = try container.decode(WakeMode.self, forKey: .wakeMode)
    self.payload = try container.decode(CronPayload.self, forKey: .payload)
    self.agentId = try container.decodePresent(Nullable<String>.self, forKey: .agentId)
    self.description = try container.decodeIfPresent(String.self, forKey: .description)
    self.enabled = try container.decodeIfPresent(Bool.self, forKey: .enabled)
    self.deleteAfterRun = try container.decodeIfPresent(Bool.self, forKey: .deleteAfterRun)
    self.isolation = try container.decodeIfPresent(CronIsolation.self, forKey: .isolation)
    self.misfire = try container.decodeIfPresent(Misfire.self, forKey: .misfire)
  }
}

/// What `cron.list` takes. Lists the scheduled jobs, soonest first.
public struct CronListParams: Codable, Equatable, Sendable {
  public var includeDisabled: Bool?
  public var agentId: String?

  public init(includeDisabled: Bool? = nil, agentId: String? = nil) {
    self.includeDisabled = includeDisabled
    self.agentId = agentId
  }
}

/// What `cron.remove` takes. Removes a scheduled job and its history; what runs of it is ended.
public struct CronRemoveParams: Codable, Equatable, Sendable {
  public var id: String

  public init(id: String) {
    self.id = id
  }
}

/// What `cron.run` takes. Runs a job, when it is due or (force) at once, and answers at the end of its run.
public struct CronRunParams: Codable, Equatable, Sendable {
  public var id: String
  public var mode: Mode?

  public enum Mode: RawRepresentable, Codable, Hashable, Sendable {
    case due
    case force
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "due": self = .due
      case "force": self = .force
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .due: "due"
      case .force: "force"
      case .unknown(let word): word
      }
    }
  }

  public init(id: String, mode: Mode? = nil) {
    self.id = id
    self.mode = mode
  }
}

/// What `cron.runs` takes. What became of a job's times: the newest of them, oldest first.
public struct CronRunsParams: Codable, Equatable, Sendable {
  public var id: String
  public var limit: Int?

  public init(id: String, limit: Int? = nil) {
    self.id = id
    self.limit = limit
  }
}

/// What `cron.status` takes. Whether scheduled jobs run, how many there are, and when the next one comes.
public struct CronStatusParams: Codable, Equatable, Sendable {
  public init() {}
}

/// What `cron.update` takes. Changes a scheduled job; `enabled: true` also takes one up again that was stopped after
/// errors.
public struct CronUpdateParams: Codable, Equatable, Sendable {
  public var id: String
  public var patch: CronJobPatch

  public init(id: String, patch: CronJobPatch) {
    self.id = id
    self.patch = patch
  }
}

/// What `deliveries.list` takes. Messages on their way out: those that need a decision, or the newest ones.
public struct DeliveriesListParams: Codable, Equatable, Sendable {
  public var troubled: Bool?
  public var limit: Int?

  public init(troubled: Bool? = nil, limit: Int? = nil) {
    self.troubled = troubled
    self.limit = limit
  }
}

/// What `deliveries.resolve` takes. Decides over a message whose arrival is unknown or that failed: send it again, it
/// arrived, or drop it.
public struct DeliveriesResolveParams: Codable, Equatable, Sendable {
  public var id: String
  public var decision: Decision

  public enum Decision: RawRepresentable, Codable, Hashable, Sendable {
    case resend
    case arrived
    case drop
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "resend": self = .resend
      case "arrived": self = .arrived
      case "drop": self = .drop
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .resend: "resend"
      case .arrived: "arrived"
      case .drop: "drop"
      case .unknown(let word): word
      }
    }
  }

  public init(id: String, decision: Decision) {
    self.id = id
    self.decision = decision
  }
}

/// What `device.pair.approve` takes. Approves a device for exactly what it asked; the caller must hold those scopes.
public struct DevicePairApproveParams: Codable, Equatable, Sendable {
  public var requestId: String

  public init(requestId: String) {
    self.requestId = requestId
  }
}

/// What `device.pair.list` takes. Lists devices that wait for approval, newest first, and approved ones.
public struct DevicePairListParams: Codable, Equatable, Sendable {
  public init() {}
}

/// What `device.pair.reject` takes. Rejects a device's request.
public struct DevicePairRejectParams: Codable, Equatable, Sendable {
  public var requestId: String

  public init(requestId: String) {
    self.requestId = requestId
  }
}

/// What `device.pair.remove` takes. Forgets a device: its tokens end and its connections are closed.
public struct DevicePairRemoveParams: Codable, Equatable, Sendable {
  public var deviceId: String

  public init(deviceId: String) {
    self.deviceId = deviceId
  }
}

/// What `device.pair.rename` takes. Gives a device the name that people see.
public struct DevicePairRenameParams: Codable, Equatable, Sendable {
  public var deviceId: String
  public var displayName: String

  public init(deviceId: String, displayName: String) {
    self.deviceId = deviceId
    self.displayName = displayName
  }
}

/// What `device.pair.setupCode` takes. Makes a code that approves one request of one new device, once, within five
/// minutes.
public struct DevicePairSetupCodeParams: Codable, Equatable, Sendable {
  public var publicUrl: String?
  public var preferRemoteUrl: Bool?
  public var includeQr: Bool?
  public var bootstrapProfile: BootstrapProfile?
  public var joinUrl: Bool?

  public enum BootstrapProfile: RawRepresentable, Codable, Hashable, Sendable {
    case limited
    case node
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "limited": self = .limited
      case "node": self = .node
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .limited: "limited"
      case .node: "node"
      case .unknown(let word): word
      }
    }
  }

  public init(
    publicUrl: String? = nil,
    preferRemoteUrl: Bool? = nil,
    includeQr: Bool? = nil,
    bootstrapProfile: BootstrapProfile? = nil,
    joinUrl: Bool? = nil
  ) {
    self.publicUrl = publicUrl
    self.preferRemoteUrl = preferRemoteUrl
    self.includeQr = includeQr
    self.bootstrapProfile = bootstrapProfile
    self.joinUrl = joinUrl
  }
}

/// What `device.token.revoke` takes. Ends a device's token and approval for one role and closes its connections.
public struct DeviceTokenRevokeParams: Codable, Equatable, Sendable {
  public var deviceId: String
  public var role: String

  public init(deviceId: String, role: String) {
    self.deviceId = deviceId
    self.role = role
  }
}

/// What `device.token.rotate` takes. Replaces a device's token and closes its connections; only the device itself is
/// told the new one.
public struct DeviceTokenRotateParams: Codable, Equatable, Sendable {
  public var deviceId: String
  public var role: String
  public var scopes: [String]?

  public init(deviceId: String, role: String, scopes: [String]? = nil) {
    self.deviceId = deviceId
    self.role = role
    self.scopes = scopes
  }
}

/// What `exec.approval.list` takes. Lists the commands that wait for a decision, oldest first.
public struct ExecApprovalListParams: Codable, Equatable, Sendable {
  public init() {}
}

/// What `exec.approval.request` takes. Asks people to allow a command and waits for their decision; null when nobody
/// decided.
public struct ExecApprovalRequestParams: Codable, Equatable, Sendable {
  public var id: String?
  public var command: String
  public var cwd: Nullable<String>?
  public var host: Nullable<String>?
  public var security: Nullable<String>?
  public var ask: Nullable<String>?
  public var agentId: Nullable<String>?
  public var resolvedPath: Nullable<String>?
  public var sessionKey: Nullable<String>?
  public var timeoutMs: Int?

  public init(
    id: String? = nil,
    command: String,
    cwd: Nullable<String>? = nil,
    host: Nullable<String>? = nil,
    security: Nullable<String>? = nil,
    ask: Nullable<String>? = nil,
    agentId: Nullable<String>? = nil,
    resolvedPath: Nullable<String>? = nil,
    sessionKey: Nullable<String>? = nil,
    timeoutMs: Int? = nil
  ) {
    self.id = id
    self.command = command
    self.cwd = cwd
    self.host = host
    self.security = security
    self.ask = ask
    self.agentId = agentId
    self.resolvedPath = resolvedPath
    self.sessionKey = sessionKey
    self.timeoutMs = timeoutMs
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.id = try container.decodeIfPresent(String.self, forKey: .id)
    self.command = try container.decode(String.self, forKey: .command)
    self.cwd = try container.decodePresent(Nullable<String>.self, forKey: .cwd)
    self.host = try container.decodePresent(Nullable<String>.self, forKey: .host)
    self.security = try container.decodePresent(Nullable<String>.self, forKey: .security)
    self.ask = try container.decodePresent(Nullable<String>.self, forKey: .ask)
    self.agentId = try container.decodePresent(Nullable<String>.self, forKey: .agentId)
    self.resolvedPath = try container.decodePresent(Nullable<String>.self, forKey: .resolvedPath)
    self.sessionKey = try container.decodePresent(Nullable<String>.self, forKey: .sessionKey)
    self.timeoutMs = try container.decodeIfPresent(Int.self, forKey: .timeoutMs)
  }
}

/// What `exec.approval.resolve` takes. Decides about a command that waits: allow-once, allow-always or deny.
public struct ExecApprovalResolveParams: Codable, Equatable, Sendable {
  public var id: String
  public var decision: String

  public init(id: String, decision: String) {
    self.id = id
    self.decision = decision
  }
}

/// What `exec.approvals.get` takes. The owner's rules for commands, as they are on disk.
public struct ExecApprovalsGetParams: Codable, Equatable, Sendable {
  public init() {}
}

/// What `exec.approvals.node.get` takes. A node's own rules for commands.
public struct ExecApprovalsNodeGetParams: Codable, Equatable, Sendable {
  public var nodeId: String

  public init(nodeId: String) {
    self.nodeId = nodeId
  }
}

/// What `exec.approvals.node.set` takes. Replaces a node's own rules for commands, when they are still those that the
/// caller read.
public struct ExecApprovalsNodeSetParams: Codable, Equatable, Sendable {
  public var nodeId: String
  public var file: JSONValue
  public var baseHash: String?

  public init(nodeId: String, file: JSONValue, baseHash: String? = nil) {
    self.nodeId = nodeId
    self.file = file
    self.baseHash = baseHash
  }
}

/// What `exec.approvals.set` takes. Replaces the owner's rules for commands, when they are still those that the caller
/// read.
public struct ExecApprovalsSetParams: Codable, Equatable, Sendable {
  public var file: ExecApprovalsFile
  public var baseHash: String?

  public init(file: ExecApprovalsFile, baseHash: String? = nil) {
    self.file = file
    self.baseHash = baseHash
  }
}

/// What `health` takes. How the gateway and its networks are; with `probe` measured now.
public struct HealthParams: Codable, Equatable, Sendable {
  public var probe: JSONValue?

  public init(probe: JSONValue? = nil) {
    self.probe = probe
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.probe = try container.decodePresent(JSONValue.self, forKey: .probe)
  }
}

/// What `inbox.list` takes. Messages of networks, newest first, with what became of each and why one was not answered.
public struct InboxListParams: Codable, Equatable, Sendable {
  public var state: String?
  public var channel: String?
  public var limit: Int?

  public init(state: String? = nil, channel: String? = nil, limit: Int? = nil) {
    self.state = state
    self.channel = channel
    self.limit = limit
  }
}

/// What `last-heartbeat` takes. What the last heartbeat did; null when there was none.
public struct LastHeartbeatParams: Codable, Equatable, Sendable {
  public init() {}
}

/// What `logs.tail` takes. The newest lines of the log, or those after a cursor.
public struct LogsTailParams: Codable, Equatable, Sendable {
  public var cursor: Int?
  public var limit: Int?
  public var maxBytes: Int?

  public init(cursor: Int? = nil, limit: Int? = nil, maxBytes: Int? = nil) {
    self.cursor = cursor
    self.limit = limit
    self.maxBytes = maxBytes
  }
}

/// What `mcp.status` takes. How the MCP servers of the config are, and why one is away.
public struct McpStatusParams: Codable, Equatable, Sendable {
  public init() {}
}

/// What `models.authStatus` takes. Which vendors of models have a key.
public struct ModelsAuthStatusParams: Codable, Equatable, Sendable {
  public var refresh: Bool?
  public var agentId: String?

  public init(refresh: Bool? = nil, agentId: String? = nil) {
    self.refresh = refresh
    self.agentId = agentId
  }
}

/// What `models.choose` takes. Tests a model and lets it answer from the next turn on; builtin/echo means none.
public struct ModelsChooseParams: Codable, Equatable, Sendable {
  public var model: String
  public var apiKey: String?
  public var server: ModelServer?
  public var about: AboutModel?
  public var force: Bool?

  public init(
    model: String,
    apiKey: String? = nil,
    server: ModelServer? = nil,
    about: AboutModel? = nil,
    force: Bool? = nil
  ) {
    self.model = model
    self.apiKey = apiKey
    self.server = server
    self.about = about
    self.force = force
  }
}

/// What `models.detect` takes. Looks for model servers on the gateway's machine, keys in its environment and other
/// agents on its path.
public struct ModelsDetectParams: Codable, Equatable, Sendable {
  public init() {}
}

/// What `models.list` takes. Lists the models that a session may use.
public struct ModelsListParams: Codable, Equatable, Sendable {
  public var agentId: String?
  public var view: String?
  public var includeProviderCapabilities: Bool?
  public var preparedOnly: Bool?
  public var refresh: Bool?

  public init(
    agentId: String? = nil,
    view: String? = nil,
    includeProviderCapabilities: Bool? = nil,
    preparedOnly: Bool? = nil,
    refresh: Bool? = nil
  ) {
    self.agentId = agentId
    self.view = view
    self.includeProviderCapabilities = includeProviderCapabilities
    self.preparedOnly = preparedOnly
    self.refresh = refresh
  }
}

/// What `models.test` takes. Asks a model one real question with a tool to call. It costs a few tokens.
public struct ModelsTestParams: Codable, Equatable, Sendable {
  public var model: String
  public var apiKey: String?
  public var server: ModelServer?
  public var about: AboutModel?

  public init(model: String, apiKey: String? = nil, server: ModelServer? = nil, about: AboutModel? = nil) {
    self.model = model
    self.apiKey = apiKey
    self.server = server
    self.about = about
  }
}

/// What `node.describe` takes. One node, as node.list has it.
public struct NodeDescribeParams: Codable, Equatable, Sendable {
  public var nodeId: String

  public init(nodeId: String) {
    self.nodeId = nodeId
  }
}

/// What `node.event` takes. A node tells what happened on it. Unknown events are taken and ignored.
public struct NodeEventParams: Codable, Equatable, Sendable {
  public var event: String
  public var payload: JSONValue?
  public var payloadJSON: JSONValue?

  public init(event: String, payload: JSONValue? = nil, payloadJSON: JSONValue? = nil) {
    self.event = event
    self.payload = payload
    self.payloadJSON = payloadJSON
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.event = try container.decode(String.self, forKey: .event)
    self.payload = try container.decodePresent(JSONValue.self, forKey: .payload)
    self.payloadJSON = try container.decodePresent(JSONValue.self, forKey: .payloadJSON)
  }
}

/// What `node.invoke` takes. Asks a node to do something and waits for its answer.
public struct NodeInvokeParams: Codable, Equatable, Sendable {
  public var nodeId: String
  public var command: String
  public var params: JSONValue?
  public var timeoutMs: Int?
  public var idempotencyKey: String
  public var sessionKey: String?
  public var turnSourceChannel: String?
  public var turnSourceTo: String?
  public var turnSourceAccountId: String?
  public var turnSourceThreadId: JSONValue?

  public init(
    nodeId: String,
    command: String,
    params: JSONValue? = nil,
    timeoutMs: Int? = nil,
    idempotencyKey: String,
    sessionKey: String? = nil,
    turnSourceChannel: String? = nil,
    turnSourceTo: String? = nil,
    turnSourceAccountId: String? = nil,
    turnSourceThreadId: JSONValue? = nil
  ) {
    self.nodeId = nodeId
    self.command = command
    self.params = params
    self.timeoutMs = timeoutMs
    self.idempotencyKey = idempotencyKey
    self.sessionKey = sessionKey
    self.turnSourceChannel = turnSourceChannel
    self.turnSourceTo = turnSourceTo
    self.turnSourceAccountId = turnSourceAccountId
    self.turnSourceThreadId = turnSourceThreadId
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.nodeId = try container.decode(String.self, forKey: .nodeId)
    self.command = try container.decode(String.self, forKey: .command)
    self.params = try container.decodePresent(JSONValue.self, forKey: .params)
    self.timeoutMs = try container.decodeIfPresent(Int.self, forKey: .timeoutMs)
    self.idempotencyKey = try container.decode(String.self, forKey: .idempotencyKey)
    self.sessionKey = try container.decodeIfPresent(String.self, forKey: .sessionKey)
    self.turnSourceChannel = try container.decodeIfPresent(String.self, forKey: .turnSourceChannel)
    self.turnSourceTo = try container.decodeIfPresent(String.self, forKey: .turnSourceTo)
    self.turnSourceAccountId = try container.decodeIfPresent(String.self, forKey: .turnSourceAccountId)
    self.turnSourceThreadId = try container.decodePresent(JSONValue.self, forKey: .turnSourceThreadId)
  }
}

/// What `node.invoke.result` takes. A node's answer to node.invoke.request; it counts once, from the connection that
/// was asked.
public struct NodeInvokeResultParams: Codable, Equatable, Sendable {
  public var id: String
  public var nodeId: String
  public var ok: Bool
  public var payload: JSONValue?
  public var payloadJSON: JSONValue?
  public var error: Nullable<NodeInvokeError>?

  public init(
    id: String,
    nodeId: String,
    ok: Bool,
    payload: JSONValue? = nil,
    payloadJSON: JSONValue? = nil,
    error: Nullable<NodeInvokeError>? = nil
  ) {
    self.id = id
    self.nodeId = nodeId
    self.ok = ok
    self.payload = payload
    self.payloadJSON = payloadJSON
    self.error = error
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.id = try container.decode(String.self, forKey: .id)
    self.nodeId = try container.decode(String.self, forKey: .nodeId)
    self.ok = try container.decode(Bool.self, forKey: .ok)
    self.payload = try container.decodePresent(JSONValue.self, forKey: .payload)
    self.payloadJSON = try container.decodePresent(JSONValue.self, forKey: .payloadJSON)
    self.error = try container.decodePresent(Nullable<NodeInvokeError>.self, forKey: .error)
  }
}

/// What `node.list` takes. Lists the nodes: what each offers, what may be asked of it, and which are here.
public struct NodeListParams: Codable, Equatable, Sendable {
  public init() {}
}

/// What `node.pair.approve` takes. Approves a request of a node, or only some of the commands that it names; the others
/// are declined.
public struct NodePairApproveParams: Codable, Equatable, Sendable {
  public var requestId: String
  public var commands: [String]?

  public init(requestId: String, commands: [String]? = nil) {
    self.requestId = requestId
    self.commands = commands
  }
}

/// What `node.pair.list` takes. Lists what waits for approval (devices that want to be nodes, commands of nodes), and
/// the nodes.
public struct NodePairListParams: Codable, Equatable, Sendable {
  public init() {}
}

/// What `node.pair.reject` takes. Rejects a request of a node; it does not ask for the same again.
public struct NodePairRejectParams: Codable, Equatable, Sendable {
  public var requestId: String

  public init(requestId: String) {
    self.requestId = requestId
  }
}

/// What `node.pair.remove` takes. Ends a device's being a node: what was approved for it is forgotten, its connections
/// are closed.
public struct NodePairRemoveParams: Codable, Equatable, Sendable {
  public var nodeId: String

  public init(nodeId: String) {
    self.nodeId = nodeId
  }
}

/// What `node.pair.request` takes. Asks people for commands that a known node offers. A new node asks by connecting.
public struct NodePairRequestParams: Codable, Equatable, Sendable {
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
  public var silent: Bool?

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
    silent: Bool? = nil
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
    self.silent = silent
  }
}

/// What `node.pair.revoke` takes. Takes approved commands back from a node, or all of them; it stays a node.
public struct NodePairRevokeParams: Codable, Equatable, Sendable {
  public var nodeId: String
  public var commands: [String]?

  public init(nodeId: String, commands: [String]? = nil) {
    self.nodeId = nodeId
    self.commands = commands
  }
}

/// What `node.pair.verify` takes. Tells whether a token is the node's own.
public struct NodePairVerifyParams: Codable, Equatable, Sendable {
  public var nodeId: String
  public var token: String

  public init(nodeId: String, token: String) {
    self.nodeId = nodeId
    self.token = token
  }
}

/// What `node.pluginSurface.refresh` takes. A new address of the canvas for this connection.
public struct NodePluginSurfaceRefreshParams: Codable, Equatable, Sendable {
  public var surface: String

  public init(surface: String) {
    self.surface = surface
  }
}

/// What `node.rename` takes. Gives a node the name that people see.
public struct NodeRenameParams: Codable, Equatable, Sendable {
  public var nodeId: String
  public var displayName: String

  public init(nodeId: String, displayName: String) {
    self.nodeId = nodeId
    self.displayName = displayName
  }
}

/// What `poll` takes. Asks a chat of a network to vote.
public struct PollParams: Codable, Equatable, Sendable {
  public var to: String
  public var question: String
  public var options: [String]
  public var maxSelections: Int?
  public var durationHours: Int?
  public var channel: String?
  public var accountId: String?
  public var threadId: String?
  public var idempotencyKey: String

  public init(
    to: String,
    question: String,
    options: [String],
    maxSelections: Int? = nil,
    durationHours: Int? = nil,
    channel: String? = nil,
    accountId: String? = nil,
    threadId: String? = nil,
    idempotencyKey: String
  ) {
    self.to = to
    self.question = question
    self.options = options
    self.maxSelections = maxSelections
    self.durationHours = durationHours
    self.channel = channel
    self.accountId = accountId
    self.threadId = threadId
    self.idempotencyKey = idempotencyKey
  }
}

/// What `send` takes. Sends a message to a chat of a network, and answers once the network took it.
public struct SendParams: Codable, Equatable, Sendable {
  public var to: String
  public var message: String
  public var mediaUrl: String?
  public var mediaUrls: [String]?
  public var gifPlayback: Bool?
  public var channel: String?
  public var accountId: String?
  public var threadId: String?
  public var sessionKey: String?
  public var idempotencyKey: String

  public init(
    to: String,
    message: String,
    mediaUrl: String? = nil,
    mediaUrls: [String]? = nil,
    gifPlayback: Bool? = nil,
    channel: String? = nil,
    accountId: String? = nil,
    threadId: String? = nil,
    sessionKey: String? = nil,
    idempotencyKey: String
  ) {
    self.to = to
    self.message = message
    self.mediaUrl = mediaUrl
    self.mediaUrls = mediaUrls
    self.gifPlayback = gifPlayback
    self.channel = channel
    self.accountId = accountId
    self.threadId = threadId
    self.sessionKey = sessionKey
    self.idempotencyKey = idempotencyKey
  }
}

/// What `sessions.compact` takes. Keeps the newest messages of a session and sets the rest aside.
public struct SessionsCompactParams: Codable, Equatable, Sendable {
  public var key: String
  public var maxLines: Int?

  public init(key: String, maxLines: Int? = nil) {
    self.key = key
    self.maxLines = maxLines
  }
}

/// What `sessions.delete` takes. Deletes a session after aborting its run, with its transcript unless told otherwise.
public struct SessionsDeleteParams: Codable, Equatable, Sendable {
  public var key: String
  public var deleteTranscript: Bool?

  public init(key: String, deleteTranscript: Bool? = nil) {
    self.key = key
    self.deleteTranscript = deleteTranscript
  }
}

/// What `sessions.list` takes. Lists sessions, the one used last first.
public struct SessionsListParams: Codable, Equatable, Sendable {
  public var limit: Int?
  public var activeMinutes: Int?
  public var includeGlobal: Bool?
  public var includeUnknown: Bool?
  public var includeDerivedTitles: Bool?
  public var includeLastMessage: Bool?
  public var label: String?
  public var spawnedBy: String?
  public var agentId: String?
  public var search: String?

  public init(
    limit: Int? = nil,
    activeMinutes: Int? = nil,
    includeGlobal: Bool? = nil,
    includeUnknown: Bool? = nil,
    includeDerivedTitles: Bool? = nil,
    includeLastMessage: Bool? = nil,
    label: String? = nil,
    spawnedBy: String? = nil,
    agentId: String? = nil,
    search: String? = nil
  ) {
    self.limit = limit
    self.activeMinutes = activeMinutes
    self.includeGlobal = includeGlobal
    self.includeUnknown = includeUnknown
    self.includeDerivedTitles = includeDerivedTitles
    self.includeLastMessage = includeLastMessage
    self.label = label
    self.spawnedBy = spawnedBy
    self.agentId = agentId
    self.search = search
  }
}

/// What `sessions.patch` takes. Sets or clears (null) overrides of a session; makes the session when it is not there.
public struct SessionsPatchParams: Codable, Equatable, Sendable {
  public var key: String
  public var label: Nullable<String>?
  public var thinkingLevel: Nullable<String>?
  public var verboseLevel: Nullable<String>?
  public var reasoningLevel: Nullable<String>?
  public var responseUsage: Nullable<String>?
  public var elevatedLevel: Nullable<String>?
  public var execHost: Nullable<String>?
  public var execSecurity: Nullable<String>?
  public var execAsk: Nullable<String>?
  public var execNode: Nullable<String>?
  public var model: Nullable<String>?
  public var spawnedBy: Nullable<String>?
  public var sendPolicy: Nullable<String>?
  public var groupActivation: Nullable<String>?

  public init(
    key: String,
    label: Nullable<String>? = nil,
    thinkingLevel: Nullable<String>? = nil,
    verboseLevel: Nullable<String>? = nil,
    reasoningLevel: Nullable<String>? = nil,
    responseUsage: Nullable<String>? = nil,
    elevatedLevel: Nullable<String>? = nil,
    execHost: Nullable<String>? = nil,
    execSecurity: Nullable<String>? = nil,
    execAsk: Nullable<String>? = nil,
    execNode: Nullable<String>? = nil,
    model: Nullable<String>? = nil,
    spawnedBy: Nullable<String>? = nil,
    sendPolicy: Nullable<String>? = nil,
    groupActivation: Nullable<String>? = nil
  ) {
    self.key = key
    self.label = label
    self.thinkingLevel = thinkingLevel
    self.verboseLevel = verboseLevel
    self.reasoningLevel = reasoningLevel
    self.responseUsage = responseUsage
    self.elevatedLevel = elevatedLevel
    self.execHost = execHost
    self.execSecurity = execSecurity
    self.execAsk = execAsk
    self.execNode = execNode
    self.model = model
    self.spawnedBy = spawnedBy
    self.sendPolicy = sendPolicy
    self.groupActivation = groupActivation
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.key = try container.decode(String.self, forKey: .key)
    self.label = try container.decodePresent(Nullable<String>.self, forKey: .label)
    self.thinkingLevel = try container.decodePresent(Nullable<String>.self, forKey: .thinkingLevel)
    self.verboseLevel = try container.decodePresent(Nullable<String>.self, forKey: .verboseLevel)
    self.reasoningLevel = try container.decodePresent(Nullable<String>.self, forKey: .reasoningLevel)
    self.responseUsage = try container.decodePresent(Nullable<String>.self, forKey: .responseUsage)
    self.elevatedLevel = try container.decodePresent(Nullable<String>.self, forKey: .elevatedLevel)
    self.execHost = try container.decodePresent(Nullable<String>.self, forKey: .execHost)
    self.execSecurity = try container.decodePresent(Nullable<String>.self, forKey: .execSecurity)
    self.execAsk = try container.decodePresent(Nullable<String>.self, forKey: .execAsk)
    self.execNode = try container.decodePresent(Nullable<String>.self, forKey: .execNode)
    self.model = try container.decodePresent(Nullable<String>.self, forKey: .model)
    self.spawnedBy = try container.decodePresent(Nullable<String>.self, forKey: .spawnedBy)
    self.sendPolicy = try container.decodePresent(Nullable<String>.self, forKey: .sendPolicy)
    self.groupActivation = try container.decodePresent(Nullable<String>.self, forKey: .groupActivation)
  }
}

/// What `sessions.preview` takes. The last messages of several sessions, cut short.
public struct SessionsPreviewParams: Codable, Equatable, Sendable {
  public var keys: [String]
  public var limit: Int?
  public var maxChars: Int?

  public init(keys: [String], limit: Int? = nil, maxChars: Int? = nil) {
    self.keys = keys
    self.limit = limit
    self.maxChars = maxChars
  }
}

/// What `sessions.reset` takes. Starts a new conversation under the same key.
public struct SessionsResetParams: Codable, Equatable, Sendable {
  public var key: String

  public init(key: String) {
    self.key = key
  }
}

/// What `sessions.resolve` takes. Finds one session by key, session id or label.
public struct SessionsResolveParams: Codable, Equatable, Sendable {
  public var key: String?
  public var sessionId: String?
  public var label: String?
  public var agentId: String?
  public var spawnedBy: String?
  public var includeGlobal: Bool?
  public var includeUnknown: Bool?

  public init(
    key: String? = nil,
    sessionId: String? = nil,
    label: String? = nil,
    agentId: String? = nil,
    spawnedBy: String? = nil,
    includeGlobal: Bool? = nil,
    includeUnknown: Bool? = nil
  ) {
    self.key = key
    self.sessionId = sessionId
    self.label = label
    self.agentId = agentId
    self.spawnedBy = spawnedBy
    self.includeGlobal = includeGlobal
    self.includeUnknown = includeUnknown
  }
}

/// What `set-heartbeats` takes. Switches heartbeats off or on until the gateway's next start; for good it is a setting.
public struct SetHeartbeatsParams: Codable, Equatable, Sendable {
  public var enabled: JSONValue?

  public init(enabled: JSONValue? = nil) {
    self.enabled = enabled
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.enabled = try container.decodePresent(JSONValue.self, forKey: .enabled)
  }
}

/// What `skills.bins` takes. Programs that the agents' skills need.
public struct SkillsBinsParams: Codable, Equatable, Sendable {
  public init() {}
}

/// What `status` takes. The gateway, its sessions and what to do next, for people.
public struct StatusParams: Codable, Equatable, Sendable {
  public init() {}
}

/// What `system-event` takes. A client's word about itself, or a notice for the agent's main session.
public struct SystemEventParams: Codable, Equatable, Sendable {
  public var text: String?
  public var deviceId: String?
  public var instanceId: String?
  public var host: String?
  public var ip: String?
  public var mode: String?
  public var version: String?
  public var platform: String?
  public var deviceFamily: String?
  public var modelIdentifier: String?
  public var lastInputSeconds: Double?
  public var reason: String?
  public var roles: [String]?
  public var scopes: [String]?
  public var tags: [String]?

  public init(
    text: String? = nil,
    deviceId: String? = nil,
    instanceId: String? = nil,
    host: String? = nil,
    ip: String? = nil,
    mode: String? = nil,
    version: String? = nil,
    platform: String? = nil,
    deviceFamily: String? = nil,
    modelIdentifier: String? = nil,
    lastInputSeconds: Double? = nil,
    reason: String? = nil,
    roles: [String]? = nil,
    scopes: [String]? = nil,
    tags: [String]? = nil
  ) {
    self.text = text
    self.deviceId = deviceId
    self.instanceId = instanceId
    self.host = host
    self.ip = ip
    self.mode = mode
    self.version = version
    self.platform = platform
    self.deviceFamily = deviceFamily
    self.modelIdentifier = modelIdentifier
    self.lastInputSeconds = lastInputSeconds
    self.reason = reason
    self.roles = roles
    self.scopes = scopes
    self.tags = tags
  }
}

/// What `system-presence` takes. Who is connected, newest first; a bare array.
public struct SystemPresenceParams: Codable, Equatable, Sendable {
  public init() {}
}

/// What `talk.mode` takes. Tells all devices that talking by voice began, went on or ended.
public struct TalkModeParams: Codable, Equatable, Sendable {
  public var enabled: Bool
  public var phase: String?

  public init(enabled: Bool, phase: String? = nil) {
    self.enabled = enabled
    self.phase = phase
  }
}

/// What `usage.cost` takes. Tokens and dollars by day (UTC), for the last days.
public struct UsageCostParams: Codable, Equatable, Sendable {
  public var days: Int?

  public init(days: Int? = nil) {
    self.days = days
  }
}

/// What `usage.status` takes. Quota windows of the model vendors, where they tell any.
public struct UsageStatusParams: Codable, Equatable, Sendable {
  public init() {}
}

/// What `voicewake.get` takes. The words that wake the agent.
public struct VoicewakeGetParams: Codable, Equatable, Sendable {
  public init() {}
}

/// What `voicewake.set` takes. Changes the words that wake the agent, on every device; none brings back those that we
/// come with.
public struct VoicewakeSetParams: Codable, Equatable, Sendable {
  public var triggers: [String]

  public init(triggers: [String]) {
    self.triggers = triggers
  }
}

/// What `wake` takes. Leaves a notice for the main session's agent, and with mode `now` lets it read it at once.
public struct WakeParams: Codable, Equatable, Sendable {
  public var mode: Mode
  public var text: String

  public enum Mode: RawRepresentable, Codable, Hashable, Sendable {
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

  public init(mode: Mode, text: String) {
    self.mode = mode
    self.text = text
  }
}

/// What `web.login.start` takes. Begins to link WhatsApp by a code to scan: gives the code as a picture.
public struct WebLoginStartParams: Codable, Equatable, Sendable {
  public var force: Bool?
  public var timeoutMs: Int?
  public var verbose: Bool?
  public var accountId: String?

  public init(force: Bool? = nil, timeoutMs: Int? = nil, verbose: Bool? = nil, accountId: String? = nil) {
    self.force = force
    self.timeoutMs = timeoutMs
    self.verbose = verbose
    self.accountId = accountId
  }
}

/// What `web.login.wait` takes. Waits until the code that `web.login.start` gave was scanned.
public struct WebLoginWaitParams: Codable, Equatable, Sendable {
  public var timeoutMs: Int?
  public var accountId: String?

  public init(timeoutMs: Int? = nil, accountId: String? = nil) {
    self.timeoutMs = timeoutMs
    self.accountId = accountId
  }
}

/// What `wizard.cancel` takes. Ends the setup where it stands; what was done stays done.
public struct WizardCancelParams: Codable, Equatable, Sendable {
  public var sessionId: String

  public init(sessionId: String) {
    self.sessionId = sessionId
  }
}

/// What `wizard.next` takes. Answers a step of the setup, or waits for what it shows: gives the step after it.
public struct WizardNextParams: Codable, Equatable, Sendable {
  public var sessionId: String
  public var answer: WizardAnswer?

  public init(sessionId: String, answer: WizardAnswer? = nil) {
    self.sessionId = sessionId
    self.answer = answer
  }
}

/// What `wizard.overview` takes. What of the setup is done, skipped or missing, and whether somebody is at it.
public struct WizardOverviewParams: Codable, Equatable, Sendable {
  public init() {}
}

/// What `wizard.start` takes. Begins the setup, or goes on with what is missing: gives the first step.
public struct WizardStartParams: Codable, Equatable, Sendable {
  public var mode: Mode?
  public var workspace: String?
  public var installDaemon: Bool?
  public var flow: Flow?
  public var channel: String?

  public enum Mode: RawRepresentable, Codable, Hashable, Sendable {
    case local
    case remote
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "local": self = .local
      case "remote": self = .remote
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .local: "local"
      case .remote: "remote"
      case .unknown(let word): word
      }
    }
  }

  public enum Flow: RawRepresentable, Codable, Hashable, Sendable {
    case setup
    case channels
    /// A word of a later version, as it came.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "setup": self = .setup
      case "channels": self = .channels
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .setup: "setup"
      case .channels: "channels"
      case .unknown(let word): word
      }
    }
  }

  public init(
    mode: Mode? = nil,
    workspace: String? = nil,
    installDaemon: Bool? = nil,
    flow: Flow? = nil,
    channel: String? = nil
  ) {
    self.mode = mode
    self.workspace = workspace
    self.installDaemon = installDaemon
    self.flow = flow
    self.channel = channel
  }
}

/// What `wizard.status` takes. How a setup is.
public struct WizardStatusParams: Codable, Equatable, Sendable {
  public var sessionId: String

  public init(sessionId: String) {
    self.sessionId = sessionId
  }
}
