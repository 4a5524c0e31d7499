import type { Client } from "../../client/index.ts";
import type { OperatorScope } from "../../protocol/index.ts";
import type { Answer } from "../shared/answers.ts";

/** What a person looks after beside the chat: each list with the right that it needs and how it is asked for. */

export interface Lists {
  readonly people: Answer<"approvals.list">;
  readonly commands: Answer<"exec.approval.list">;
  readonly rules: Answer<"exec.approvals.get">;
  readonly messages: Answer<"inbox.list">["messages"];
  /** Deliveries that need a decision. */
  readonly troubled: Answer<"deliveries.list">["deliveries"];
  /** The newest ones, whatever became of them. */
  readonly sent: Answer<"deliveries.list">["deliveries"];
  readonly networks: Answer<"channels.status">;
  readonly nodes: Answer<"node.list">["nodes"];
  /** What nodes ask for, and what was decided about each. */
  readonly nodeRequests: Answer<"node.pair.list">;
  readonly setup: Answer<"wizard.overview">;
}

export type ListName = keyof Lists;

/** Narrows the messages down at the gateway, so that old ones are found too. */
export interface MessageFilter {
  readonly state?: string;
  readonly channel?: string;
}

/** What is known of a list. `value` stays while a newer one is read, and when that fails. */
export interface Reading<T> {
  readonly value: T | undefined;
  readonly atMs: number;
  /** Why it could not be read the last time. */
  readonly problem: string | undefined;
}

export type Readings = { readonly [N in ListName]: Reading<Lists[N]> };

export const unread = { value: undefined, atMs: 0, problem: undefined } as const;

export const nothingRead: Readings = {
  people: unread,
  commands: unread,
  rules: unread,
  messages: unread,
  troubled: unread,
  sent: unread,
  networks: unread,
  nodes: unread,
  nodeRequests: unread,
  setup: unread,
};

export const listScopes: Readonly<Record<ListName, OperatorScope>> = {
  people: "operator.pairing",
  commands: "operator.approvals",
  rules: "operator.admin",
  messages: "operator.read",
  troubled: "operator.read",
  sent: "operator.read",
  networks: "operator.read",
  nodes: "operator.read",
  nodeRequests: "operator.pairing",
  setup: "operator.admin",
};

const messagesMax = 200;
const troubledMax = 200;
const sentMax = 50;

type Readers = { readonly [N in ListName]: (client: Client, filter: MessageFilter) => Promise<Lists[N]> };

export const readers: Readers = {
  people: (client) => client.call("approvals.list", {}),
  commands: (client) => client.call("exec.approval.list", {}),
  rules: (client) => client.call("exec.approvals.get", {}),
  messages: async (client, filter) => (await client.call("inbox.list", { ...filter, limit: messagesMax })).messages,
  troubled: async (client) => (await client.call("deliveries.list", { troubled: true, limit: troubledMax })).deliveries,
  sent: async (client) => (await client.call("deliveries.list", { limit: sentMax })).deliveries,
  networks: (client) => client.call("channels.status", {}),
  nodes: async (client) => (await client.call("node.list", {})).nodes,
  nodeRequests: (client) => client.call("node.pair.list", {}),
  setup: (client) => client.call("wizard.overview", {}),
};
