import type { BinaryNode } from "@whiskeysockets/baileys";
import type { Account, Group } from "./accounts.ts";
import type { Connection } from "./connection.ts";
import { bytesOf, childOf, childrenOf, deviceOf, node, server, serverId, userOf } from "./nodes.ts";
import type { Relay } from "./relay.ts";

/** What clients ask the server. What is not known here gets an empty answer, as most of it may. */
type Answer = (relay: Relay, from: Connection, query: BinaryNode) => void;

const answers: Readonly<Record<string, Answer>> = {
  encrypt: answerKeys,
  usync: answerDevices,
  "w:m": (relay, from, query) => {
    const host = node("host", { hostname: relay.mediaHost, maxContentLengthBytes: "104857600" });
    from.answer(query, [node("media_conn", { auth: "ticket", ttl: "3600" }, [host])]);
  },
  "w:g2": answerGroups,
  md: (relay, from, query) => {
    if (childOf(query, "link_code_companion_reg")) relay.phones.wantsCode(from, query);
    else from.answer(query);
  },
  privacy: (_relay, from, query) => {
    if (query.attrs["type"] === "set") return from.answer(query);
    from.answer(query, [node("privacy", {}, [node("category", { name: "readreceipts", value: "all" })])]);
  },
  blocklist: (_relay, from, query) => from.answer(query, [node("list", {}, [])]),
  abt: (_relay, from, query) => from.answer(query, [node("props", { hash: "h" }, [])]),
  w: (_relay, from, query) => from.answer(query, [node("props", { hash: "h" }, [])]),
};

export function answerQuery(relay: Relay, from: Connection, query: BinaryNode): void {
  const { type, xmlns } = query.attrs;
  if (type === "result" || type === "error") {
    // A device that was linked is told to connect anew.
    if (childOf(query, "pair-device-sign")) from.streamError(515);
    return;
  }
  const answer = answers[xmlns ?? ""];
  if (answer) answer(relay, from, query);
  else from.answer(query);
}

function answerKeys(relay: Relay, from: Connection, query: BinaryNode): void {
  const device = from.device!;
  const asked = childrenOf(query)[0]!;
  if (query.attrs["type"] === "set") {
    const list = childOf(query, "list");
    if (list) {
      device.registration = bytesOf(childOf(query, "registration"))!;
      device.signedKey = childOf(query, "skey")!;
      device.preKeys.push(...childrenOf(list, "key"));
    }
    from.answer(query);
  } else if (asked.tag === "count") {
    from.answer(query, [node("count", { value: String(device.preKeys.length) })]);
  } else if (asked.tag === "digest") {
    from.answer(query, [node("digest", {}, [])]);
  } else {
    const users = childrenOf(asked, "user").flatMap(({ attrs }) => bundleOf(relay, attrs["jid"]!));
    from.answer(query, [node("list", {}, users)]);
  }
}

/** The keys with which a session with a device begins; each key for one session is given away once. */
function bundleOf(relay: Relay, jid: string): readonly BinaryNode[] {
  const device = relay.accounts.find(jid)?.devices.get(deviceOf(jid));
  if (!device?.signedKey || !device.registration) return [];
  const preKey = device.preKeys.shift();
  if (device.preKeys.length < preKeysLow) {
    const content = [node("count", { value: String(device.preKeys.length) })];
    const attrs = { from: serverId, type: "encrypt", id: relay.nextId(), t: relay.seconds() };
    device.connection?.send(node("notification", attrs, content));
  }
  return [
    node("user", { jid, t: relay.seconds() }, [
      node("registration", {}, device.registration),
      node("type", {}, Buffer.from([5])),
      node("identity", {}, device.identity),
      device.signedKey,
      ...(preKey ? [preKey] : []),
    ]),
  ];
}

const preKeysLow = 5;

function answerDevices(relay: Relay, from: Connection, query: BinaryNode): void {
  const asked = childOf(query, "usync")!;
  const users = childrenOf(childOf(asked, "list"), "user").map((user) => {
    const phone = bytesOf(childOf(user, "contact"))?.toString().replace("+", "");
    const jid = user.attrs["jid"] ?? `${phone ?? ""}@${server}`;
    const account = relay.accounts.find(jid);
    const contact = node("contact", { type: account ? "in" : "out" });
    return node("user", { jid }, account ? [contact, ...devicesOf(account)] : [contact]);
  });
  from.answer(query, [node("usync", asked.attrs, [node("result"), node("list", {}, users)])]);
}

function devicesOf(account: Account): readonly BinaryNode[] {
  const devices = [...account.devices.keys()].map((id) => node("device", { id: String(id), "key-index": String(id) }));
  return [node("lid", { val: `${account.lid}@lid` }), node("devices", {}, [node("device-list", {}, devices)])];
}

function answerGroups(relay: Relay, from: Connection, query: BinaryNode): void {
  if (childrenOf(query)[0]?.tag === "participating") {
    const own = [...relay.groups.values()].filter(({ members }) => members.includes(from.account!.number));
    return from.answer(query, [
      node(
        "groups",
        {},
        own.map((group) => groupNode(relay, group)),
      ),
    ]);
  }
  const group = relay.groups.get(query.attrs["to"]!);
  if (group) return from.answer(query, [groupNode(relay, group)]);
  const error = [node("error", { code: "404", text: "item-not-found" })];
  from.send(node("iq", { from: query.attrs["to"], id: query.attrs["id"], type: "error" }, error));
}

function groupNode(relay: Relay, { jid, subject, members, addressing }: Group): BinaryNode {
  const first = `${members[0]}@${server}`;
  const participants = members.map((number, index) => {
    const { jid: phone, lid } = relay.accounts.of(number);
    const ids = addressing === "lid" ? { jid: `${lid}@lid`, phone_number: phone } : { jid: phone, lid: `${lid}@lid` };
    return node("participant", { ...ids, type: index === 0 ? "admin" : undefined });
  });
  const times = { creation: relay.seconds(), s_t: relay.seconds() };
  return node(
    "group",
    { id: userOf(jid), creator: first, subject, s_o: first, addressing_mode: addressing, ...times },
    participants,
  );
}
