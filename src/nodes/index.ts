/** Nodes: what they offer, what people approved of it, and asking them. It knows neither agents nor networks. */
export { checkCallerParams, invokeTimeoutMaxMs, invokeTimeoutMs } from "./command-params.ts";
export { type Findable, findNode, type FoundNode } from "./find-node.ts";
export { InvokeOnce } from "./invoke-once.ts";
export { LateRuns } from "./late-runs.ts";
export { Invocations, type InvokeAnswer, type InvokeRequest, type NodeResult, waitingMax } from "./invocations.ts";
export type { ListedNode, LiveNode, NodePairRequest, PairedNode } from "./node.ts";
export { type NodeMedia, readNodeMedia } from "./node-media.ts";
export { NodeEvents, type NodeNews, type NodeNewsHandler, type NodeNewsTaker } from "./node-events.ts";
export { Nodes, type NodesParts } from "./nodes.ts";
export { chatCommand, type CommandRules, isAllowed, isHarmless, type NodePlatform, platformOf } from "./platform.ts";
export { NodeRequests } from "./requests.ts";
export { type Declared, judgeNodeCommand, surfaceOf } from "./surface.ts";
export { methodsOfTalkers, type NodeSpeech, talkingHandlers } from "./talking.ts";
export { tidyTriggers, Voice } from "./voice.ts";
