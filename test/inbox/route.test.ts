import { expect, test } from "bun:test";
import { defaultConfig } from "../../src/config/index.ts";
import { route, type RouteInput } from "../../src/inbox/route.ts";

const base: RouteInput = {
  provider: "telegram",
  accountId: "main",
  message: { ref: { peer: { kind: "direct", id: "7" }, messageId: "1" }, sender: { id: "7" } },
  bindings: [],
  defaultAgentId: "main",
  groupAgentId: undefined,
  session: defaultConfig().session,
};
const inGroup = { ref: { peer: { kind: "group" as const, id: "-1" }, messageId: "1" }, sender: { id: "7" } };
const inTopic = { ...inGroup, ref: { ...inGroup.ref, peer: { ...inGroup.ref.peer, threadId: "4" } } };
const scoped = (dmScope: RouteInput["session"]["dmScope"]) => ({ session: { ...base.session, dmScope } });

const rows: readonly (readonly [name: string, changes: Partial<RouteInput>, key: string])[] = [
  ["a direct chat", {}, "agent:main:main"],
  ["one session a person", scoped("per-peer"), "agent:main:dm:7"],
  ["one a person and network", scoped("per-channel-peer"), "agent:main:telegram:dm:7"],
  ["and account", scoped("per-account-channel-peer"), "agent:main:telegram:main:dm:7"],
  [
    "a person with several ids",
    { session: { ...base.session, dmScope: "per-peer", identityLinks: { bob: ["telegram:7", "signal:+1"] } } },
    "agent:main:dm:bob",
  ],
  ["one session for everything", { session: { ...base.session, scope: "global" } }, "global"],
  ["a group", { message: inGroup }, "agent:main:telegram:group:-1"],
  ["a topic of a group", { message: inTopic }, "agent:main:telegram:group:-1:topic:4"],
  ["the group's own agent", { message: inGroup, groupAgentId: "work" }, "agent:work:telegram:group:-1"],
  ["a binding by network", { bindings: [{ agent: "work", provider: "telegram" }] }, "agent:work:main"],
  ["a binding of another network", { bindings: [{ agent: "work", provider: "slack" }] }, "agent:main:main"],
  ["a binding of another account", { bindings: [{ agent: "work", account: "second" }] }, "agent:main:main"],
  [
    "the binding that names most",
    {
      bindings: [
        { agent: "a", provider: "telegram" },
        { agent: "b", provider: "telegram", peer: "7" },
      ],
    },
    "agent:b:main",
  ],
  [
    "among equals the first",
    {
      bindings: [
        { agent: "a", sender: "7" },
        { agent: "b", sender: "7" },
      ],
    },
    "agent:a:main",
  ],
  [
    "a chat beats a person",
    {
      bindings: [
        { agent: "a", sender: "7" },
        { agent: "b", peer: "7" },
      ],
    },
    "agent:b:main",
  ],
];

for (const [name, changes, key] of rows) {
  test(`the session of ${name}`, () => expect(route({ ...base, ...changes }).sessionKey).toBe(key));
}
