// Made by `bun run generate`. Change the declaration in src, not this file.

/// Every method of the gateway, with the types of what it takes and gives.
public enum Methods {
  /// The first request on every socket: who the client is and what it may do.
  public enum Connect: GatewayMethod {
    public typealias Params = ConnectParams
    public typealias Result = HelloOk
    public static let name = "connect"
  }

  /// How the gateway and its networks are; with `probe` measured now.
  public enum Health: GatewayMethod {
    public typealias Params = HealthParams
    public typealias Result = HealthSummary
    public static let name = "health"
  }

  /// The gateway, its sessions and what to do next, for people.
  public enum Status: GatewayMethod {
    public typealias Params = StatusParams
    public typealias Result = StatusSummary
    public static let name = "status"
  }

  /// Who is connected, newest first; a bare array.
  public enum SystemPresence: GatewayMethod {
    public typealias Params = SystemPresenceParams
    public typealias Result = SystemPresenceResult
    public static let name = "system-presence"
  }

  /// A client's word about itself, or a notice for the agent's main session.
  public enum SystemEvent: GatewayMethod {
    public typealias Params = SystemEventParams
    public typealias Result = SystemEventResult
    public static let name = "system-event"
  }

  /// The newest messages of a session, oldest first.
  public enum ChatHistory: GatewayMethod {
    public typealias Params = ChatHistoryParams
    public typealias Result = ChatHistoryResult
    public static let name = "chat.history"
  }

  /// Says something to the agent in a session; the answer comes as `chat` events.
  public enum ChatSend: GatewayMethod {
    public typealias Params = ChatSendParams
    public typealias Result = ChatSendResult
    public static let name = "chat.send"
  }

  /// Aborts a run, or all runs of a session; what was said so far stays in the history.
  public enum ChatAbort: GatewayMethod {
    public typealias Params = ChatAbortParams
    public typealias Result = ChatAbortResult
    public static let name = "chat.abort"
  }

  /// Adds a message of the assistant to a session's history, without a run.
  public enum ChatInject: GatewayMethod {
    public typealias Params = ChatInjectParams
    public typealias Result = ChatInjectResult
    public static let name = "chat.inject"
  }

  /// Runs the agent: acknowledges once the request is on disk, and answers again on the same id at the end.
  public enum Agent: AcknowledgedGatewayMethod {
    public typealias Params = AgentParams
    public typealias Acknowledgement = AgentAcceptedResult
    public typealias Result = AgentFinalResult
    public static let name = "agent"
  }

  /// Waits for the end of any run, also one of an earlier start of the gateway.
  public enum AgentWait: GatewayMethod {
    public typealias Params = AgentWaitParams
    public typealias Result = AgentWaitResult
    public static let name = "agent.wait"
  }

  /// Sends a message to a chat of a network, and answers once the network took it.
  public enum Send: GatewayMethod {
    public typealias Params = SendParams
    public typealias Result = SendResult
    public static let name = "send"
  }

  /// Asks a chat of a network to vote.
  public enum Poll: GatewayMethod {
    public typealias Params = PollParams
    public typealias Result = SendResult
    public static let name = "poll"
  }

  /// Messages on their way out: those that need a decision, or the newest ones.
  public enum DeliveriesList: GatewayMethod {
    public typealias Params = DeliveriesListParams
    public typealias Result = DeliveriesListResult
    public static let name = "deliveries.list"
  }

  /// Decides over a message whose arrival is unknown or that failed: send it again, it arrived, or drop it.
  public enum DeliveriesResolve: GatewayMethod {
    public typealias Params = DeliveriesResolveParams
    public typealias Result = DeliveriesResolveResult
    public static let name = "deliveries.resolve"
  }

  /// How every account of every network is; with `probe` asked now.
  public enum ChannelsStatus: GatewayMethod {
    public typealias Params = ChannelsStatusParams
    public typealias Result = ChannelsStatusResult
    public static let name = "channels.status"
  }

  /// Closes an account and deletes the credentials that a login kept.
  public enum ChannelsLogout: GatewayMethod {
    public typealias Params = ChannelsLogoutParams
    public typealias Result = ChannelsLogoutResult
    public static let name = "channels.logout"
  }

  /// Begins to link an account of a network: gives the first step.
  public enum ChannelsLoginStart: GatewayMethod {
    public typealias Params = ChannelsLoginStartParams
    public typealias Result = ChannelsLoginResult
    public static let name = "channels.login.start"
  }

  /// Answers a step of a login; gives the next one, or that it is done.
  public enum ChannelsLoginNext: GatewayMethod {
    public typealias Params = ChannelsLoginNextParams
    public typealias Result = ChannelsLoginResult
    public static let name = "channels.login.next"
  }

  /// Ends a login that is under way.
  public enum ChannelsLoginCancel: GatewayMethod {
    public typealias Params = ChannelsLoginCancelParams
    public typealias Result = ChannelsLoginCancelResult
    public static let name = "channels.login.cancel"
  }

  /// Begins to link WhatsApp by a code to scan: gives the code as a picture.
  public enum WebLoginStart: GatewayMethod {
    public typealias Params = WebLoginStartParams
    public typealias Result = WebLoginStartResult
    public static let name = "web.login.start"
  }

  /// Waits until the code that `web.login.start` gave was scanned.
  public enum WebLoginWait: GatewayMethod {
    public typealias Params = WebLoginWaitParams
    public typealias Result = WebLoginWaitResult
    public static let name = "web.login.wait"
  }

  /// People who ask to talk to the agent, and those who may.
  public enum ApprovalsList: GatewayMethod {
    public typealias Params = ApprovalsListParams
    public typealias Result = ApprovalsListResult
    public static let name = "approvals.list"
  }

  /// Lets a person talk to the agent, by the code that they were told or by their id; answers what they wrote.
  public enum ApprovalsApprove: GatewayMethod {
    public typealias Params = ApprovalsApproveParams
    public typealias Result = ApprovalsApproveResult
    public static let name = "approvals.approve"
  }

  /// Turns a person's request down; what they wrote is not answered.
  public enum ApprovalsReject: GatewayMethod {
    public typealias Params = ApprovalsRejectParams
    public typealias Result = ApprovalsRejectResult
    public static let name = "approvals.reject"
  }

  /// Takes a person's approval back.
  public enum ApprovalsRevoke: GatewayMethod {
    public typealias Params = ApprovalsRevokeParams
    public typealias Result = ApprovalsRevokeResult
    public static let name = "approvals.revoke"
  }

  /// Messages of networks, newest first, with what became of each and why one was not answered.
  public enum InboxList: GatewayMethod {
    public typealias Params = InboxListParams
    public typealias Result = InboxListResult
    public static let name = "inbox.list"
  }

  /// Lists the scheduled jobs, soonest first.
  public enum CronList: GatewayMethod {
    public typealias Params = CronListParams
    public typealias Result = CronListResult
    public static let name = "cron.list"
  }

  /// Whether scheduled jobs run, how many there are, and when the next one comes.
  public enum CronStatus: GatewayMethod {
    public typealias Params = CronStatusParams
    public typealias Result = CronStatusResult
    public static let name = "cron.status"
  }

  /// Adds a scheduled job. Older spellings of its fields are understood.
  public enum CronAdd: GatewayMethod {
    public typealias Params = CronAddParams
    public typealias Result = CronJob
    public static let name = "cron.add"
  }

  /// Changes a scheduled job; `enabled: true` also takes one up again that was stopped after errors.
  public enum CronUpdate: GatewayMethod {
    public typealias Params = CronUpdateParams
    public typealias Result = CronJob
    public static let name = "cron.update"
  }

  /// Removes a scheduled job and its history; what runs of it is ended.
  public enum CronRemove: GatewayMethod {
    public typealias Params = CronRemoveParams
    public typealias Result = CronRemoveResult
    public static let name = "cron.remove"
  }

  /// Runs a job, when it is due or (force) at once, and answers at the end of its run.
  public enum CronRun: GatewayMethod {
    public typealias Params = CronRunParams
    public typealias Result = CronRunResult
    public static let name = "cron.run"
  }

  /// What became of a job's times: the newest of them, oldest first.
  public enum CronRuns: GatewayMethod {
    public typealias Params = CronRunsParams
    public typealias Result = CronRunsResult
    public static let name = "cron.runs"
  }

  /// What the last heartbeat did; null when there was none.
  public enum LastHeartbeat: GatewayMethod {
    public typealias Params = LastHeartbeatParams
    public typealias Result = LastHeartbeatResult
    public static let name = "last-heartbeat"
  }

  /// Switches heartbeats off or on until the gateway's next start; for good it is a setting.
  public enum SetHeartbeats: GatewayMethod {
    public typealias Params = SetHeartbeatsParams
    public typealias Result = SetHeartbeatsResult
    public static let name = "set-heartbeats"
  }

  /// Leaves a notice for the main session's agent, and with mode `now` lets it read it at once.
  public enum Wake: GatewayMethod {
    public typealias Params = WakeParams
    public typealias Result = WakeResult
    public static let name = "wake"
  }

  /// Quota windows of the model vendors, where they tell any.
  public enum UsageStatus: GatewayMethod {
    public typealias Params = UsageStatusParams
    public typealias Result = UsageStatusResult
    public static let name = "usage.status"
  }

  /// Tokens and dollars by day (UTC), for the last days.
  public enum UsageCostEntry: GatewayMethod {
    public typealias Params = UsageCostParams
    public typealias Result = UsageCostResult
    public static let name = "usage.cost"
  }

  /// Lists sessions, the one used last first.
  public enum SessionsList: GatewayMethod {
    public typealias Params = SessionsListParams
    public typealias Result = SessionsListResult
    public static let name = "sessions.list"
  }

  /// The last messages of several sessions, cut short.
  public enum SessionsPreview: GatewayMethod {
    public typealias Params = SessionsPreviewParams
    public typealias Result = SessionsPreviewResult
    public static let name = "sessions.preview"
  }

  /// Finds one session by key, session id or label.
  public enum SessionsResolve: GatewayMethod {
    public typealias Params = SessionsResolveParams
    public typealias Result = SessionsResolveResult
    public static let name = "sessions.resolve"
  }

  /// Sets or clears (null) overrides of a session; makes the session when it is not there.
  public enum SessionsPatch: GatewayMethod {
    public typealias Params = SessionsPatchParams
    public typealias Result = SessionsPatchResult
    public static let name = "sessions.patch"
  }

  /// Starts a new conversation under the same key.
  public enum SessionsReset: GatewayMethod {
    public typealias Params = SessionsResetParams
    public typealias Result = SessionsResetResult
    public static let name = "sessions.reset"
  }

  /// Deletes a session after aborting its run, with its transcript unless told otherwise.
  public enum SessionsDelete: GatewayMethod {
    public typealias Params = SessionsDeleteParams
    public typealias Result = SessionsDeleteResult
    public static let name = "sessions.delete"
  }

  /// Keeps the newest messages of a session and sets the rest aside.
  public enum SessionsCompact: GatewayMethod {
    public typealias Params = SessionsCompactParams
    public typealias Result = SessionsCompactResult
    public static let name = "sessions.compact"
  }

  /// Lists the configured agents and which one is the default.
  public enum AgentsList: GatewayMethod {
    public typealias Params = AgentsListParams
    public typealias Result = AgentsListResult
    public static let name = "agents.list"
  }

  /// Name and avatar of the agent that answers in a session.
  public enum AgentIdentityGet: GatewayMethod {
    public typealias Params = AgentIdentityParams
    public typealias Result = AgentIdentityResult
    public static let name = "agent.identity.get"
  }

  /// Lists the models that a session may use.
  public enum ModelsList: GatewayMethod {
    public typealias Params = ModelsListParams
    public typealias Result = ModelsListResult
    public static let name = "models.list"
  }

  /// Which vendors of models have a key.
  public enum ModelsAuthStatus: GatewayMethod {
    public typealias Params = ModelsAuthStatusParams
    public typealias Result = ModelsAuthStatusResult
    public static let name = "models.authStatus"
  }

  /// Looks for model servers on the gateway's machine, keys in its environment and other agents on its path.
  public enum ModelsDetect: GatewayMethod {
    public typealias Params = ModelsDetectParams
    public typealias Result = ModelsDetectResult
    public static let name = "models.detect"
  }

  /// Asks a model one real question with a tool to call. It costs a few tokens.
  public enum ModelsTest: GatewayMethod {
    public typealias Params = ModelsTestParams
    public typealias Result = ModelTrial
    public static let name = "models.test"
  }

  /// Tests a model and lets it answer from the next turn on; builtin/echo means none.
  public enum ModelsChoose: GatewayMethod {
    public typealias Params = ModelsChooseParams
    public typealias Result = ModelsChooseResult
    public static let name = "models.choose"
  }

  /// How the MCP servers of the config are, and why one is away.
  public enum McpStatus: GatewayMethod {
    public typealias Params = McpStatusParams
    public typealias Result = McpStatusResult
    public static let name = "mcp.status"
  }

  /// Begins the setup, or goes on with what is missing: gives the first step.
  public enum WizardStart: GatewayMethod {
    public typealias Params = WizardStartParams
    public typealias Result = WizardStartResult
    public static let name = "wizard.start"
  }

  /// Answers a step of the setup, or waits for what it shows: gives the step after it.
  public enum WizardNext: GatewayMethod {
    public typealias Params = WizardNextParams
    public typealias Result = WizardNextResult
    public static let name = "wizard.next"
  }

  /// Ends the setup where it stands; what was done stays done.
  public enum WizardCancel: GatewayMethod {
    public typealias Params = WizardCancelParams
    public typealias Result = WizardStatusResult
    public static let name = "wizard.cancel"
  }

  /// How a setup is.
  public enum WizardStatus: GatewayMethod {
    public typealias Params = WizardStatusParams
    public typealias Result = WizardStatusResult
    public static let name = "wizard.status"
  }

  /// What of the setup is done, skipped or missing, and whether somebody is at it.
  public enum WizardOverviewEntry: GatewayMethod {
    public typealias Params = WizardOverviewParams
    public typealias Result = WizardOverview
    public static let name = "wizard.overview"
  }

  /// Lists devices that wait for approval, newest first, and approved ones.
  public enum DevicePairList: GatewayMethod {
    public typealias Params = DevicePairListParams
    public typealias Result = DevicePairListResult
    public static let name = "device.pair.list"
  }

  /// Approves a device for exactly what it asked; the caller must hold those scopes.
  public enum DevicePairApprove: GatewayMethod {
    public typealias Params = DevicePairApproveParams
    public typealias Result = DevicePairApproveResult
    public static let name = "device.pair.approve"
  }

  /// Rejects a device's request.
  public enum DevicePairReject: GatewayMethod {
    public typealias Params = DevicePairRejectParams
    public typealias Result = DevicePairRejectResult
    public static let name = "device.pair.reject"
  }

  /// Forgets a device: its tokens end and its connections are closed.
  public enum DevicePairRemove: GatewayMethod {
    public typealias Params = DevicePairRemoveParams
    public typealias Result = DevicePairRemoveResult
    public static let name = "device.pair.remove"
  }

  /// Gives a device the name that people see.
  public enum DevicePairRename: GatewayMethod {
    public typealias Params = DevicePairRenameParams
    public typealias Result = DevicePairRenameResult
    public static let name = "device.pair.rename"
  }

  /// Replaces a device's token and closes its connections; only the device itself is told the new one.
  public enum DeviceTokenRotate: GatewayMethod {
    public typealias Params = DeviceTokenRotateParams
    public typealias Result = DeviceTokenRotateResult
    public static let name = "device.token.rotate"
  }

  /// Ends a device's token and approval for one role and closes its connections.
  public enum DeviceTokenRevoke: GatewayMethod {
    public typealias Params = DeviceTokenRevokeParams
    public typealias Result = DeviceTokenRevokeResult
    public static let name = "device.token.revoke"
  }

  /// Makes a code that approves one request of one new device, once, within five minutes.
  public enum DevicePairSetupCode: GatewayMethod {
    public typealias Params = DevicePairSetupCodeParams
    public typealias Result = DevicePairSetupCodeResult
    public static let name = "device.pair.setupCode"
  }

  /// Lists the nodes: what each offers, what may be asked of it, and which are here.
  public enum NodeList: GatewayMethod {
    public typealias Params = NodeListParams
    public typealias Result = NodeListResult
    public static let name = "node.list"
  }

  /// One node, as node.list has it.
  public enum NodeDescribe: GatewayMethod {
    public typealias Params = NodeDescribeParams
    public typealias Result = DescribedNode
    public static let name = "node.describe"
  }

  /// Gives a node the name that people see.
  public enum NodeRename: GatewayMethod {
    public typealias Params = NodeRenameParams
    public typealias Result = NodeRenameResult
    public static let name = "node.rename"
  }

  /// Asks a node to do something and waits for its answer.
  public enum NodeInvoke: GatewayMethod {
    public typealias Params = NodeInvokeParams
    public typealias Result = NodeInvokeResult
    public static let name = "node.invoke"
  }

  /// A node's answer to node.invoke.request; it counts once, from the connection that was asked.
  public enum NodeInvokeResultEntry: GatewayMethod {
    public typealias Params = NodeInvokeResultParams
    public typealias Result = NodeInvokeResultResult
    public static let name = "node.invoke.result"
  }

  /// A node tells what happened on it. Unknown events are taken and ignored.
  public enum NodeEvent: GatewayMethod {
    public typealias Params = NodeEventParams
    public typealias Result = NodeEventResult
    public static let name = "node.event"
  }

  /// Asks people for commands that a known node offers. A new node asks by connecting.
  public enum NodePairRequestEntry: GatewayMethod {
    public typealias Params = NodePairRequestParams
    public typealias Result = NodePairRequestResult
    public static let name = "node.pair.request"
  }

  /// Lists what waits for approval (devices that want to be nodes, commands of nodes), and the nodes.
  public enum NodePairList: GatewayMethod {
    public typealias Params = NodePairListParams
    public typealias Result = NodePairListResult
    public static let name = "node.pair.list"
  }

  /// Approves a request of a node, or only some of the commands that it names; the others are declined.
  public enum NodePairApprove: GatewayMethod {
    public typealias Params = NodePairApproveParams
    public typealias Result = NodePairApproveResult
    public static let name = "node.pair.approve"
  }

  /// Rejects a request of a node; it does not ask for the same again.
  public enum NodePairReject: GatewayMethod {
    public typealias Params = NodePairRejectParams
    public typealias Result = NodePairRejectResult
    public static let name = "node.pair.reject"
  }

  /// Takes approved commands back from a node, or all of them; it stays a node.
  public enum NodePairRevoke: GatewayMethod {
    public typealias Params = NodePairRevokeParams
    public typealias Result = NodePairRevokeResult
    public static let name = "node.pair.revoke"
  }

  /// Ends a device's being a node: what was approved for it is forgotten, its connections are closed.
  public enum NodePairRemove: GatewayMethod {
    public typealias Params = NodePairRemoveParams
    public typealias Result = NodePairRemoveResult
    public static let name = "node.pair.remove"
  }

  /// Tells whether a token is the node's own.
  public enum NodePairVerify: GatewayMethod {
    public typealias Params = NodePairVerifyParams
    public typealias Result = NodePairVerifyResult
    public static let name = "node.pair.verify"
  }

  /// A node's own rules for commands.
  public enum ExecApprovalsNodeGet: GatewayMethod {
    public typealias Params = ExecApprovalsNodeGetParams
    public typealias Result = NodeExecApprovalsSnapshot
    public static let name = "exec.approvals.node.get"
  }

  /// Replaces a node's own rules for commands, when they are still those that the caller read.
  public enum ExecApprovalsNodeSet: GatewayMethod {
    public typealias Params = ExecApprovalsNodeSetParams
    public typealias Result = NodeExecApprovalsSnapshot
    public static let name = "exec.approvals.node.set"
  }

  /// The words that wake the agent.
  public enum VoicewakeGet: GatewayMethod {
    public typealias Params = VoicewakeGetParams
    public typealias Result = VoiceWakeResult
    public static let name = "voicewake.get"
  }

  /// Changes the words that wake the agent, on every device; none brings back those that we come with.
  public enum VoicewakeSet: GatewayMethod {
    public typealias Params = VoicewakeSetParams
    public typealias Result = VoiceWakeResult
    public static let name = "voicewake.set"
  }

  /// Tells all devices that talking by voice began, went on or ended.
  public enum TalkModeEntry: GatewayMethod {
    public typealias Params = TalkModeParams
    public typealias Result = TalkMode
    public static let name = "talk.mode"
  }

  /// Programs that the agents' skills need.
  public enum SkillsBins: GatewayMethod {
    public typealias Params = SkillsBinsParams
    public typealias Result = SkillsBinsResult
    public static let name = "skills.bins"
  }

  /// The owner's rules for commands, as they are on disk.
  public enum ExecApprovalsGet: GatewayMethod {
    public typealias Params = ExecApprovalsGetParams
    public typealias Result = ExecApprovalsSnapshot
    public static let name = "exec.approvals.get"
  }

  /// Replaces the owner's rules for commands, when they are still those that the caller read.
  public enum ExecApprovalsSet: GatewayMethod {
    public typealias Params = ExecApprovalsSetParams
    public typealias Result = ExecApprovalsSnapshot
    public static let name = "exec.approvals.set"
  }

  /// Asks people to allow a command and waits for their decision; null when nobody decided.
  public enum ExecApprovalRequestEntry: GatewayMethod {
    public typealias Params = ExecApprovalRequestParams
    public typealias Result = ExecApprovalRequestResult
    public static let name = "exec.approval.request"
  }

  /// Decides about a command that waits: allow-once, allow-always or deny.
  public enum ExecApprovalResolve: GatewayMethod {
    public typealias Params = ExecApprovalResolveParams
    public typealias Result = ExecApprovalResolveResult
    public static let name = "exec.approval.resolve"
  }

  /// Lists the commands that wait for a decision, oldest first.
  public enum ExecApprovalList: GatewayMethod {
    public typealias Params = ExecApprovalListParams
    public typealias Result = ExecApprovalListResult
    public static let name = "exec.approval.list"
  }

  /// The boards of the canvas: their surfaces, what they show, and the screens that are open.
  public enum CanvasStatus: GatewayMethod {
    public typealias Params = CanvasStatusParams
    public typealias Result = CanvasStatusResult
    public static let name = "canvas.status"
  }

  /// Draws A2UI messages on a board: checked, kept, and shown on every screen of it.
  public enum CanvasPush: GatewayMethod {
    public typealias Params = CanvasPushParams
    public typealias Result = CanvasPushed
    public static let name = "canvas.push"
  }

  /// Takes every surface off a board.
  public enum CanvasReset: GatewayMethod {
    public typealias Params = CanvasResetParams
    public typealias Result = CanvasResetResult
    public static let name = "canvas.reset"
  }

  /// Shows a file of the canvas folder on a board's screens; without a path, its surfaces.
  public enum CanvasShow: GatewayMethod {
    public typealias Params = CanvasShowParams
    public typealias Result = CanvasShowResult
    public static let name = "canvas.show"
  }

  /// Runs JavaScript in the agent's page that a board's screen shows.
  public enum CanvasEval: GatewayMethod {
    public typealias Params = CanvasEvalParams
    public typealias Result = CanvasEvalResult
    public static let name = "canvas.eval"
  }

  /// A picture of what a board's screen shows.
  public enum CanvasSnapshotEntry: GatewayMethod {
    public typealias Params = CanvasSnapshotParams
    public typealias Result = CanvasSnapshot
    public static let name = "canvas.snapshot"
  }

  /// An address that makes a browser a screen (tab), or only shows a board until it expires (view). With code (for
  /// admins) it lets one new screen in by itself, once, within five minutes.
  public enum CanvasLinkEntry: GatewayMethod {
    public typealias Params = CanvasLinkParams
    public typealias Result = CanvasLink
    public static let name = "canvas.link"
  }

  /// A new address of the canvas for this connection.
  public enum NodePluginSurfaceRefresh: GatewayMethod {
    public typealias Params = NodePluginSurfaceRefreshParams
    public typealias Result = NodePluginSurfaceRefreshResult
    public static let name = "node.pluginSurface.refresh"
  }

  /// The config file and what it comes to, with secrets replaced.
  public enum ConfigGet: GatewayMethod {
    public typealias Params = ConfigGetParams
    public typealias Result = ConfigGetResult
    public static let name = "config.get"
  }

  /// The config's JSON Schema with hints for forms.
  public enum ConfigSchema: GatewayMethod {
    public typealias Params = ConfigSchemaParams
    public typealias Result = ConfigSchemaResult
    public static let name = "config.schema"
  }

  /// Replaces the config's text; what can change does at once. Marks of secrets keep what is there.
  public enum ConfigSet: GatewayMethod {
    public typealias Params = ConfigSetParams
    public typealias Result = ConfigSetResult
    public static let name = "config.set"
  }

  /// As config.set. Where settings hold from the next start on, the service is restarted if there is one.
  public enum ConfigApply: GatewayMethod {
    public typealias Params = ConfigApplyParams
    public typealias Result = ConfigApplyResult
    public static let name = "config.apply"
  }

  /// Applies a JSON merge patch to the config's text: null takes away, lists replace, comments stay.
  public enum ConfigPatch: GatewayMethod {
    public typealias Params = ConfigPatchParams
    public typealias Result = ConfigPatchResult
    public static let name = "config.patch"
  }

  /// The dated copies of the config, the newest first.
  public enum ConfigHistory: GatewayMethod {
    public typealias Params = ConfigHistoryParams
    public typealias Result = ConfigHistoryResult
    public static let name = "config.history"
  }

  /// Goes back to a dated copy; without an id to the good one before the one in use.
  public enum ConfigRollback: GatewayMethod {
    public typealias Params = ConfigRollbackParams
    public typealias Result = ConfigRollbackResult
    public static let name = "config.rollback"
  }

  /// The newest lines of the log, or those after a cursor.
  public enum LogsTail: GatewayMethod {
    public typealias Params = LogsTailParams
    public typealias Result = LogsTailResult
    public static let name = "logs.tail"
  }
}
