import { expect, test } from "bun:test";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Agents } from "../../src/agents/index.ts";
import { defaultConfig } from "../../src/config/index.ts";
import type { EngineTurn } from "../../src/engine/index.ts";
import { Skills, TextCache, WorkspacePrompts } from "../../src/tools/index.ts";
import { allFilesCharsMax, fileCharsMax } from "../../src/tools/workspace-prompt.ts";
import { temporaryFolder } from "../open-house.ts";

/** What an agent is told about itself, from real files. */

class Library implements Disposable {
  readonly #folder = temporaryFolder();
  readonly stateDir = this.#folder.path;
  readonly workspace = join(this.stateDir, "workspace");
  readonly skills: Skills;
  readonly prompts: WorkspacePrompts;

  constructor(hasWorkspace = true) {
    const texts = new TextCache();
    const workspaceOf = () => (hasWorkspace ? this.workspace : undefined);
    this.skills = new Skills({ workspaceOf, stateDir: hasWorkspace ? this.stateDir : undefined, texts });
    const base = defaultConfig();
    const agents = new Agents({ agents: { ...base.agents, list: [{ id: "main", name: "Clawdia", emoji: "🦞" }] } });
    this.prompts = new WorkspacePrompts({
      agents,
      workspaceOf,
      skills: this.skills,
      texts,
      dateLine: () => "Wednesday, time zone UTC",
      channelLine: ({ origin }) => (origin ? `over ${origin.provider}` : undefined),
      isSubagent: (key) => key.includes(":subagent:"),
    });
  }

  put(path: string, content: string): void {
    const file = join(this.stateDir, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }

  ask(turn: Partial<EngineTurn> = {}): Promise<string> {
    return this.prompts.promptFor({
      runId: "run",
      agentId: "main",
      sessionKey: "agent:main:main",
      prompt: "hi",
      imageCount: 0,
      history: [],
      thinkingLevel: undefined,
      ...turn,
    });
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}

test("without any file an agent knows who it is, where it works and what day it is", async () => {
  using library = new Library();
  const prompt = await library.ask();
  expect(prompt).toStartWith("You are Clawdia 🦞, the personal assistant");
  expect(prompt).toContain(`Your workspace is ${library.workspace}.`);
  expect(prompt).toEndWith("Today: Wednesday, time zone UTC");
  expect(prompt).not.toContain("##");
});

test("without a workspace there is a prompt all the same", async () => {
  using library = new Library(false);
  expect(await library.ask({ agentId: "nobody" })).toStartWith("You are Assistant, the personal assistant");
});

test("the files of the workspace stand in it, in their order", async () => {
  using library = new Library();
  const names = ["MEMORY.md", "AGENTS.md", "TOOLS.md", "SOUL.md", "USER.md", "IDENTITY.md", "OTHER.md"];
  for (const name of names) library.put(`workspace/${name}`, `text of ${name}\n`);
  const prompt = await library.ask();
  expect([...prompt.matchAll(/^## (.*)$/gm)].map(([, name]) => name)).toEqual([
    "AGENTS.md",
    "SOUL.md",
    "IDENTITY.md",
    "USER.md",
    "TOOLS.md",
    "MEMORY.md",
  ]);
  expect(prompt).toContain("## SOUL.md\n\ntext of SOUL.md\n\n## IDENTITY.md");
  expect(prompt).not.toContain("OTHER.md");
});

test("a file that changes, comes or goes is another prompt at the next turn", async () => {
  using library = new Library();
  library.put("workspace/SOUL.md", "calm");
  expect(await library.ask()).toContain("calm");
  library.put("workspace/SOUL.md", "wild");
  library.put("workspace/USER.md", "alice");
  expect(await library.ask()).toMatch(/wild[^]*alice/);
  rmSync(join(library.workspace, "SOUL.md"));
  expect(await library.ask()).not.toContain("SOUL.md");
});

test("what is cut says so, file by file and over all", async () => {
  using library = new Library();
  library.put("workspace/AGENTS.md", "ä".repeat(fileCharsMax + 1));
  for (const name of ["SOUL", "IDENTITY", "USER", "TOOLS"]) {
    library.put(`workspace/${name}.md`, name.slice(0, 1).toLowerCase().repeat(fileCharsMax));
  }
  const prompt = await library.ask();
  expect(prompt).toContain(`${"ä".repeat(fileCharsMax)}\n[… cut here: read AGENTS.md for the rest]`);
  expect(prompt).toContain(`${"s".repeat(fileCharsMax)}\n\n## IDENTITY.md`);
  expect(prompt).toContain("## TOOLS.md\n\n\n[… cut here: read TOOLS.md for the rest]");
  expect(prompt.length).toBeLessThan(allFilesCharsMax + 3_000);
});

test("a link in the place of a file is not read", async () => {
  using library = new Library();
  library.put("secret", "canary");
  library.put("workspace/AGENTS.md", "mine");
  symlinkSync("../secret", join(library.workspace, "MEMORY.md"));
  const prompt = await library.ask();
  expect([prompt.includes("mine"), prompt.includes("canary")]).toEqual([true, false]);
});

test("a sub-agent is told how to work, and nothing of the owner", async () => {
  using library = new Library();
  for (const name of ["AGENTS", "TOOLS", "SOUL", "USER", "MEMORY", "IDENTITY"]) {
    library.put(`workspace/${name}.md`, `text of ${name}`);
  }
  library.put("workspace/skills/x/SKILL.md", "---\nname: x\ndescription: d\n---\n");
  const prompt = await library.ask({ sessionKey: "agent:main:subagent:1" });
  expect([...prompt.matchAll(/^## (.*)$/gm)].map(([, name]) => name)).toEqual(["AGENTS.md", "TOOLS.md"]);
  expect(prompt).toContain("you do one piece of work for yourself");
});

test("where the turn came from and what the caller adds stand near the end", async () => {
  using library = new Library();
  const origin = { provider: "telegram", accountId: "main", peer: { kind: "group", id: "1" }, senderId: "2" } as const;
  const prompt = await library.ask({ origin, extraSystemPrompt: "Be brief." });
  expect(prompt).toEndWith("Be brief.\n\nThis conversation: over telegram\n\nToday: Wednesday, time zone UTC");
});

test("skills are listed by name, description and path, and their bodies are not", async () => {
  using library = new Library();
  library.put("workspace/skills/tea/SKILL.md", "---\nname: tea\ndescription: Makes  tea\n---\nBODY");
  library.put("skills/coffee/SKILL.md", "---\nname: coffee\ndescription: Makes coffee\n---\nBODY");
  const needs = '{"openclaw":{"emoji":"x","requires":{"bins":["kettle","../rm"],"anyBins":["tea-cosy"]}}}';
  library.put("skills/tea/SKILL.md", "---\nname: tea\ndescription: the shared one\n---\nBODY");
  library.put("skills/unnamed/SKILL.md", `---\ndescription: by its folder\nmetadata: ${needs}\n---\n`);
  library.put("skills/silent/SKILL.md", "---\nname: silent\n---\n");
  library.put("skills/headless/SKILL.md", "BODY");
  library.put("skills/file.md", "BODY");
  const coffee = join(library.stateDir, "skills/coffee");
  expect(await library.skills.list("main")).toEqual([
    {
      name: "coffee",
      description: "Makes coffee",
      path: join(coffee, "SKILL.md"),
      folder: coffee,
      source: "shared",
      bins: [],
    },
    {
      name: "tea",
      description: "Makes tea",
      path: "skills/tea/SKILL.md",
      folder: join(library.workspace, "skills/tea"),
      source: "workspace",
      bins: [],
    },
    expect.objectContaining({ name: "unnamed", description: "by its folder", bins: ["kettle", "tea-cosy"] }),
  ]);
  const prompt = await library.ask();
  expect(prompt).toContain(
    `- coffee: Makes coffee (${join(coffee, "SKILL.md")})\n- tea: Makes tea (skills/tea/SKILL.md)\n- unnamed:`,
  );
  expect(prompt).not.toContain("BODY");
});
