import type { BinaryNode } from "@whiskeysockets/baileys";
import type { Account, Device, Group } from "./accounts.ts";
import type { Connection } from "./connection.ts";
import { childOf, childrenOf, deviceOf, node, server, serverOf } from "./nodes.ts";
import type { Relay } from "./relay.ts";

/** From one client to the devices of others. Nothing of a message is read but whom it is for. */

export function routeMessage(relay: Relay, from: Connection, message: BinaryNode): void {
  const fault = relay.faults.take(from.account!.number);
  if (fault?.kind === "cut-before") return from.cut();
  if (fault?.kind === "refuse") return acknowledge(relay, from, message, String(fault.code));
  const reached = deliver(relay, from, message);
  if (fault?.kind === "cut-after") return from.cut();
  if (fault?.kind === "hold-ack") return;
  // Later than at the real network, so that whoever waits for a send finds it with those who are there.
  relay.whenDelivered(message.attrs["id"]!, reached, () => acknowledge(relay, from, message));
}

function acknowledge(relay: Relay, to: Connection, message: BinaryNode, error?: string): void {
  const { id, to: from, type } = message.attrs;
  to.send(node("ack", { class: "message", id, from, t: relay.seconds(), type, error }));
}

/** The devices that got it, or will. */
function deliver(relay: Relay, from: Connection, message: BinaryNode): readonly Device[] {
  const to = message.attrs["to"]!;
  const group = relay.groups.get(to);
  const parts = childrenOf(childOf(message, "participants"), "to");
  const direct = childrenOf(message, "enc").filter(({ attrs }) => attrs["type"] !== "skmsg");
  const shared = childrenOf(message, "enc").filter(({ attrs }) => attrs["type"] === "skmsg");
  const reached: Device[] = [];
  const served = new Set<Device>();
  const give = (account: Account, device: Device | undefined, enc: readonly BinaryNode[]) => {
    if (!device || device === from.device || enc.length === 0 || served.has(device)) return;
    served.add(device);
    const isThere = relay.deliver(device, outgoing(relay, { from, message, account, enc, group }));
    if (isThere) reached.push(device);
  };
  if (group) {
    const { participant } = message.attrs;
    const members = participant === undefined ? group.members : [relay.accounts.find(participant)?.number ?? ""];
    for (const account of members.map((number) => relay.accounts.of(number))) {
      for (const device of account.devices.values()) {
        if (participant !== undefined && deviceOf(participant) !== device.id) continue;
        const own = parts.filter(
          ({ attrs }) => relay.accounts.find(attrs["jid"]!) === account && deviceOf(attrs["jid"]!) === device.id,
        );
        give(account, device, [...own.flatMap((part) => childrenOf(part)), ...shared, ...direct]);
      }
    }
    return reached;
  }
  for (const part of parts) {
    const account = relay.accounts.find(part.attrs["jid"]!);
    if (account) give(account, account.devices.get(deviceOf(part.attrs["jid"]!)), childrenOf(part));
  }
  const account = relay.accounts.find(to);
  if (account && direct.length > 0) give(account, account.devices.get(deviceOf(to)), direct);
  return reached;
}

interface Outgoing {
  readonly from: Connection;
  readonly message: BinaryNode;
  readonly account: Account;
  readonly enc: readonly BinaryNode[];
  readonly group: Group | undefined;
}

function outgoing(relay: Relay, { from, message, account, enc, group }: Outgoing): BinaryNode {
  const { id, type = "text", edit, to, category } = message.attrs;
  const sender = from.account!;
  const lid = `${sender.lid}:${from.device!.id}@lid`;
  const both = group?.addressing === "lid" ? { participant: lid, participant_pn: from.jid } : {};
  const place = group
    ? { from: group.jid, participant: from.jid, participant_lid: lid, addressing_mode: group.addressing, ...both }
    : { from: from.jid, sender_lid: lid, recipient: sender === account && category !== "peer" ? to : undefined };
  const identity = childOf(message, "device-identity");
  return node(
    "message",
    { id, t: relay.seconds(), notify: sender.name, type, edit, category, ...place },
    identity ? [...enc, identity] : [...enc],
  );
}

export function routeReceipt(relay: Relay, from: Connection, receipt: BinaryNode): void {
  const { id, to, type, participant } = receipt.attrs;
  from.send(node("ack", { class: "receipt", id, from: to, type, participant }));
  relay.told(from.device!, [id!, ...childrenOf(childOf(receipt, "list"), "item").map(({ attrs }) => attrs["id"]!)]);
  const group = serverOf(to!) === "g.us";
  const account = relay.accounts.find(group ? (participant ?? "") : to!);
  if (!account) return;
  const wanted = group ? deviceOf(participant ?? "") : deviceOf(to!);
  const sender = type === "retry" || group ? from.jid : from.account!.jid;
  const place = group ? { from: to, participant: sender } : { from: sender };
  for (const device of account.devices.values()) {
    if (wanted !== 0 && wanted !== device.id) continue;
    relay.deliver(device, node("receipt", { id, t: relay.seconds(), type, ...place }, receipt.content));
  }
}

export function routeChatState(relay: Relay, from: Connection, state: BinaryNode): void {
  const to = state.attrs["to"]!;
  const group = relay.groups.get(to);
  const accounts = group ? group.members.map((number) => relay.accounts.of(number)) : [relay.accounts.find(to)];
  for (const account of accounts) {
    for (const device of account?.devices.values() ?? []) {
      if (device === from.device || !device.connection?.isOpen) continue;
      const place = group
        ? { from: to, participant: from.account!.jid }
        : { from: `${from.account!.number}@${server}` };
      device.connection.send(node("chatstate", place, state.content));
    }
  }
}
