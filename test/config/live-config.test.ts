import { expect, test } from "bun:test";
import { changedPaths, type Config, defaultConfig, LiveConfig, restartPaths } from "../../src/config/index.ts";
import { holdBack } from "../../src/config/live-config.ts";
import { rejectionOf } from "../doubles/rejection.ts";

const base = defaultConfig();
const louder: Config = { ...base, logging: { level: "debug" }, messages: { ...base.messages, queueMax: 3 } };

test("whoever holds the view, or a part of it, reads what holds now", async () => {
  const live = new LiveConfig(base);
  const { view } = live;
  const { messages } = view;
  const { exec } = view.tools;
  expect([messages.queueMax, exec.timeoutSeconds]).toEqual([20, 120]);
  await live.swap({ ...louder, tools: { ...base.tools, exec: { ...base.tools.exec, timeoutSeconds: 7 } } });
  expect([messages.queueMax, exec.timeoutSeconds, view.logging.level]).toEqual([3, 7, "debug"]);
  expect(structuredClone({ ...view.gateway.auth })).toEqual({});
});

test("only those whose section changed are told, in order, with both sides", async () => {
  const live = new LiveConfig(base);
  const told: string[] = [];
  live.follow(["logging"], (next, before) => void told.push(`${before.logging.level} ${next.logging.level}`));
  live.follow(["mcp"], () => void told.push("mcp"));
  live.follow(["messages", "agents"], () => Promise.resolve().then(() => void told.push("messages")));
  await live.swap(louder);
  await live.swap(structuredClone(louder));
  expect(told).toEqual(["info debug", "messages"]);
});

test("a part that refuses leads all others back", async () => {
  const live = new LiveConfig(base);
  const told: string[] = [];
  live.follow(["logging"], (next) => void told.push(next.logging.level));
  live.follow(["messages"], (next) => {
    if (next.messages.queueMax === 3) throw new Error("three is too few");
  });
  expect(String(await rejectionOf(live.swap(louder)))).toContain("three is too few");
  expect(told).toEqual(["debug", "info"]);
  expect(live.current).toBe(base);
});

test("what cannot be taken back is done once every part has followed, and not when one refuses", async () => {
  const live = new LiveConfig(base);
  const done: string[] = [];
  live.follow(["messages"], ({ messages }, before) => (delayMs) => {
    done.push(`${before.messages.queueMax} to ${messages.queueMax} in ${delayMs}`);
    return ["three come back"];
  });
  live.follow(["logging"], ({ logging }) => {
    expect(done).toEqual([]);
    if (logging.level === "error") throw new Error("too quiet");
  });
  expect(await live.swap(louder, 7)).toEqual(["three come back"]);
  expect(done.splice(0)).toEqual(["20 to 3 in 7"]);
  await rejectionOf(live.swap({ ...base, logging: { level: "error" } }));
  // It was led back: the way there and the way here have cost nobody a connection.
  expect(done).toEqual(["20 to 3 in 0"]);
});

test("settings that need a restart are held back, and named", () => {
  expect([...restartPaths].toSorted()).toEqual(["session.mainKey", "session.scope"]);
  const session = { ...base.session, mainKey: "home", resetHour: 5 };
  const { config, needsRestart } = holdBack(base, { ...louder, session });
  expect(needsRestart).toEqual(["session.mainKey"]);
  expect(config).toEqual({ ...louder, session: { ...base.session, resetHour: 5 } });
});

test("what changed is named as deep as both sides have objects", () => {
  expect(changedPaths(base, louder)).toEqual(["messages.queueMax", "logging.level"]);
  expect(changedPaths({ a: { b: [1] } }, { a: { b: [2], c: 1 } })).toEqual(["a.b", "a.c"]);
  expect(changedPaths(base, structuredClone(base))).toEqual([]);
});
