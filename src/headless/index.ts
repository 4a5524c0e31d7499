/** This machine as a node: it lends its shell, screen, camera, place and a page to a gateway. It decides alone. */
export { askControl, ControlPathTooLong, serveControl } from "./control-socket.ts";
export { HeadlessNode, type HeadlessNodeParts } from "./headless-node.ts";
export type { Absence, Machine } from "./machine.ts";
export type { NodeLink, NodeStatus } from "./node-words.ts";
export { launchAgent, type NodeUnit, systemdUnit, unfitForUnit } from "./unit.ts";
