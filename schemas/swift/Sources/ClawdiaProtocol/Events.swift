// Made by `bun run generate`. Change the declaration in src, not this file.

/// Every event of the gateway, with the type of its payload.
public enum Events {
  /// The first frame on every socket: the nonce to sign and the gateway's clock.
  public enum ConnectChallenge: GatewayEvent {
    public typealias Payload = ConnectChallengeEvent
    public static let name = "connect.challenge"
  }

  /// What a run does as it does it: lifecycle, assistant text (cumulative, with the new part as delta).
  public enum Agent: GatewayEvent {
    public typealias Payload = AgentEvent
    public static let name = "agent"
  }

  /// The answer of a run as a chat shows it: growing text, then its end.
  public enum Chat: GatewayEvent {
    public typealias Payload = ChatEvent
    public static let name = "chat"
  }

  /// Who is connected: the whole list, after it changed.
  public enum Presence: GatewayEvent {
    public typealias Payload = PresenceEvent
    public static let name = "presence"
  }

  /// A sign of life, every 30 seconds.
  public enum Tick: GatewayEvent {
    public typealias Payload = TickEvent
    public static let name = "tick"
  }

  /// The gateway's health, after it changed and once a minute.
  public enum Health: GatewayEvent {
    public typealias Payload = HealthSummary
    public static let name = "health"
  }

  /// The gateway stops; with the time after which to come back, where it is known.
  public enum Shutdown: GatewayEvent {
    public typealias Payload = ShutdownEvent
    public static let name = "shutdown"
  }

  /// A device asks to be approved.
  public enum DevicePairRequested: GatewayEvent {
    public typealias Payload = DevicePairRequestedEvent
    public static let name = "device.pair.requested"
  }

  /// A device was approved or rejected.
  public enum DevicePairResolved: GatewayEvent {
    public typealias Payload = DevicePairResolvedEvent
    public static let name = "device.pair.resolved"
  }

  /// Messages of networks came in, or something became of them: what `inbox.list` gave is out of date.
  public enum InboxChanged: GatewayEvent {
    public typealias Payload = InboxChangedEvent
    public static let name = "inbox.changed"
  }

  /// Somebody unknown wrote and asks to talk to the agent.
  public enum ApprovalRequested: GatewayEvent {
    public typealias Payload = ApprovalRequest
    public static let name = "approval.requested"
  }

  /// A person who asked was approved or rejected.
  public enum ApprovalResolvedEntry: GatewayEvent {
    public typealias Payload = ApprovalResolved
    public static let name = "approval.resolved"
  }

  /// A job was added, changed or removed, or a run of it started or finished.
  public enum Cron: GatewayEvent {
    public typealias Payload = CronEvent
    public static let name = "cron"
  }

  /// What became of a heartbeat.
  public enum Heartbeat: GatewayEvent {
    public typealias Payload = HeartbeatEvent
    public static let name = "heartbeat"
  }

  /// A command waits for somebody to allow or deny it.
  public enum ExecApprovalRequested: GatewayEvent {
    public typealias Payload = PendingExecApproval
    public static let name = "exec.approval.requested"
  }

  /// A command was allowed or denied, or is not wanted any more.
  public enum ExecApprovalResolved: GatewayEvent {
    public typealias Payload = ExecApprovalResolvedEvent
    public static let name = "exec.approval.resolved"
  }

  /// A node offers commands that nobody approved for it yet.
  public enum NodePairRequested: GatewayEvent {
    public typealias Payload = NodePairRequest
    public static let name = "node.pair.requested"
  }

  /// Commands of a node were approved or rejected.
  public enum NodePairResolved: GatewayEvent {
    public typealias Payload = NodePairResolvedEvent
    public static let name = "node.pair.resolved"
  }

  /// The node is asked to do something; it answers with node.invoke.result.
  public enum NodeInvokeRequest: GatewayEvent {
    public typealias Payload = NodeInvokeRequestEvent
    public static let name = "node.invoke.request"
  }

  /// The words that wake the agent were changed; a node is told them when it connects.
  public enum VoicewakeChanged: GatewayEvent {
    public typealias Payload = VoiceWakeChangedEvent
    public static let name = "voicewake.changed"
  }

  /// Talking with the agent by voice began, went on or ended.
  public enum TalkModeEntry: GatewayEvent {
    public typealias Payload = TalkMode
    public static let name = "talk.mode"
  }
}
