import { expect, test } from "bun:test";
import { bar, gathered, glyphsFor, sparkline } from "../../src/cli/glyphs.ts";
import { type Activity, drawStatus, type PictureFacts } from "../../src/cli/status-picture.ts";

const utf8 = glyphsFor({ LANG: "C.UTF-8", TERM: "xterm" });
const plain = glyphsFor({ LANG: "C", TERM: "xterm" });
const bare = (_tone: string, text: string) => text;

const nowMs = 1_800_000_000_000;
const hours = (count: number) => Array.from({ length: 24 }, (_none, hour) => (hour === 23 ? count : 0));
const network = { provider: "telegram", accountId: "main", label: "Telegram", in: hours(7), out: hours(3) };

function facts(more: Partial<Activity> = {}, advice: readonly string[] = []): PictureFacts {
  const recent = { kind: "direct", updatedAt: nowMs - 60_000, totalTokens: 12, flags: [] };
  const session = { ...recent, age: 1, remainingTokens: 1, percentUsed: 1, model: "m", contextTokens: 1 };
  return {
    url: "ws://127.0.0.1:18789",
    pin: undefined,
    clients: ["Alice's phone"],
    devices: { approved: 2, waiting: 1 },
    advice,
    hints: ["say hello: clawdia chat"],
    status: {
      heartbeat: { defaultAgentId: "main", agents: [] },
      channelSummary: [],
      queuedSystemEvents: [],
      sessions: {
        paths: [],
        count: 1,
        defaults: { model: null, contextTokens: null },
        recent: [{ ...session, key: `agent:main:${"x".repeat(80)}` }],
        byAgent: [],
      },
      gateway: {
        version: "1.2.3",
        bootId: "boot_1",
        uptimeMs: 7_200_000,
        pid: 7,
        rssBytes: 60 * 1024 * 1024,
        connections: 2,
        runsActive: 1,
        model: "acme/large",
        advice: [...advice],
      },
      activity: {
        atMs: nowMs,
        networks: [{ ...network, state: "connected", handle: "@bot", lastInAtMs: nowMs - 240_000 }],
        messages: { waiting: 3, leaving: 1, held: 2, lost: 0 },
        memoryBudgetBytes: 120 * 1024 * 1024,
        nodes: [
          { nodeId: "n1", name: "Hall", isOnline: true },
          { nodeId: "n2", name: "Attic", isOnline: false },
        ],
        jobs: [{ id: "j1", name: "morning news", nextAtMs: nowMs + 3_600_000 }],
        jobCount: 4,
        ...more,
      },
    },
  };
}

const drawn = (given: PictureFacts, columns: number, glyphs = utf8) =>
  drawStatus(given, { columns, glyphs, paint: bare });

test("the whole gateway stands in one picture", () => {
  expect(drawn(facts(), 80)).toEqual([
    `Clawdia 1.2.3 ${"─".repeat(59)} up 2 h`,
    "ws://127.0.0.1:18789",
    "",
    "● all is well",
    "· say hello → clawdia chat",
    "",
    "networks         messages of the last 24 hours",
    "● Telegram @bot  in  ···········█ 7 4 min ago",
    "                 out ···········▃ 3 never",
    "",
    "queue    3 waiting · 1 leaving · 2 held · 0 lost",
    `memory   ${"█".repeat(18)}${"░".repeat(18)} 60 MB of 120 MB`,
    "runs     1 now · acme/large",
    "jobs     morning news in 1 h · 3 more",
    "nodes    ● Hall  ○ Attic",
    "clients  2 connected · Alice's phone",
    "devices  2 approved, 1 waiting for approval",
    "sessions 1",
    "",
    "used last",
    expect.stringMatching(/^ {2}agent:main:x+… {2}1 min ago {2}12 tokens$/),
  ]);
});

test("what is wrong comes first, each with the command that helps", () => {
  const advice = [
    "Telegram: the token was revoked: clawdia providers add telegram",
    "needs a restart: a.b: start it again",
  ];
  const networks = [
    { ...network, state: "connected" },
    { ...network, label: "Signal", state: "waiting", reason: "the program ended" },
  ];
  expect(drawn(facts({ networks }, advice), 120).slice(2, 9)).toEqual([
    "",
    "▲ Telegram: the token was revoked → clawdia providers add telegram",
    "▲ needs a restart: a.b: start it again",
    "· say hello → clawdia chat",
    "",
    "networks     messages of the last 24 hours",
    expect.stringMatching(/^▲ Signal {5}in ·{23}█ 7 never/),
  ]);
});

test("nothing is well while a network is not", () => {
  const networks = [{ ...network, state: "waiting" }];
  expect(drawn(facts({ networks }), 80).join("\n")).not.toContain("all is well");
});

const widths = [20, 40, 60, 79, 80, 99, 100, 120, 160, 200, 400];
const long = ["The network of Bob said something that is much longer than any terminal is wide: clawdia doctor --fix"];
const many = Array.from({ length: 9 }, (_none, at) => ({ nodeId: `n${at}`, name: `Node ${at} 🎄`, isOnline: true }));

test.each(widths)("at %i columns no line is wider than the terminal", (columns) => {
  const networks = [
    { ...network, label: "A network with a name", handle: "@a_bot_with_a_long_name", state: "waiting" },
  ];
  const lines = drawn(facts({ networks, nodes: many }, long), columns);
  const width = Math.max(40, Math.min(200, columns));
  expect(lines.filter((line) => Bun.stringWidth(line) > width)).toEqual([]);
});

test("without UTF-8, or on a dumb terminal, everything is ASCII", () => {
  for (const glyphs of [plain, glyphsFor({ LANG: "C.UTF-8", TERM: "dumb" })]) {
    const text = drawn(facts({}, long), 80, glyphs).join("\n");
    expect(text).toMatch(/^[\x20-\x7e\n]+$/);
    expect(text).toContain("in  ...........# 7");
  }
});

test("bars say how much: none, little, most, and what is over the whole", () => {
  expect(sparkline([0, 1, 50, 100], utf8)).toBe("·▁▄█");
  expect(sparkline([0, 0], utf8)).toBe("··");
  expect([0, 5, 99].map((part) => bar(part, 10, 4, utf8))).toEqual(["░░░░", "██░░", "████"]);
  expect([gathered([1, 2, 3, 4], 2), gathered([1, 2, 3, 4], 9)]).toEqual([
    [3, 7],
    [1, 2, 3, 4],
  ]);
});
