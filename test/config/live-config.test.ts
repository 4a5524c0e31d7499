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

test("settings that need a restart are held back, and named", () => {
  expect([...restartPaths].toSorted()).toEqual([
    "canvasHost",
    "cron",
    "gateway.auth",
    "gateway.bind",
    "gateway.port",
    "gateway.tls",
    "heartbeat.agents",
    "heartbeat.every",
    "session.mainKey",
    "session.scope",
  ]);
  const next = { ...louder, gateway: { ...base.gateway, port: 1, auth: { token: "t" }, allowedHosts: ["a"] } };
  const { config, needsRestart } = holdBack(base, next);
  expect(needsRestart.toSorted()).toEqual(["gateway.auth", "gateway.port"]);
  expect(config).toEqual({ ...louder, gateway: { ...base.gateway, allowedHosts: ["a"] } });
});

test("what changed is named as deep as both sides have objects", () => {
  expect(changedPaths(base, louder)).toEqual(["messages.queueMax", "logging.level"]);
  expect(changedPaths({ a: { b: [1] } }, { a: { b: [2], c: 1 } })).toEqual(["a.b", "a.c"]);
  expect(changedPaths(base, structuredClone(base))).toEqual([]);
});
