import { expect, test } from "bun:test";
import { existsSync, mkdirSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { Workspaces } from "../../src/exec/index.ts";
import { temporaryFolder } from "../open-house.ts";

/** Where each agent keeps its files. */

interface Agent {
  readonly id: string;
  readonly workspace?: string;
}

class Stage implements Disposable {
  readonly #folder = temporaryFolder();
  readonly root = this.#folder.path;
  readonly stateDir = join(this.root, "state");

  constructor() {
    mkdirSync(join(this.stateDir, "secrets"), { recursive: true });
  }

  open(agents: readonly Agent[] = [{ id: "main" }, { id: "work" }]): Workspaces {
    return new Workspaces({ stateDir: this.stateDir, agents, homeDir: join(this.root, "home") });
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}

test("every agent has a private folder of its own, made when it is first needed", () => {
  using stage = new Stage();
  const { stateDir } = stage;
  const workspaces = stage.open();
  expect(["main", "work"].map((id) => workspaces.pathOf(id))).toEqual([
    join(stateDir, "workspace"),
    join(stateDir, "workspace-work"),
  ]);
  expect(existsSync(join(stateDir, "workspace"))).toBe(false);
  const path = workspaces.folderOf("main");
  expect([path, statSync(path).mode & 0o777]).toEqual([join(stateDir, "workspace"), 0o700]);
});

test("an id that names no agent names a folder all the same, and never a path", () => {
  using stage = new Stage();
  const { stateDir } = stage;
  const workspaces = stage.open();
  const ids = ["../secrets", "a/b", "..", "", "A"];
  expect(ids.map((id) => workspaces.pathOf(id)?.slice(stateDir.length + 1))).toEqual([
    "workspace-___secrets",
    "workspace-a_b",
    "workspace-__",
    "workspace-_",
    "workspace-a",
  ]);
});

test("the config may name a folder, with ~ for home, whose rights stay as they are", () => {
  using stage = new Stage();
  const notes = join(stage.root, "home/notes");
  mkdirSync(notes, { recursive: true, mode: 0o755 });
  const workspaces = stage.open([{ id: "main", workspace: "~/notes/" }]);
  expect([workspaces.folderOf("main"), statSync(notes).mode & 0o777]).toEqual([notes, 0o755]);
});

const wrong: readonly (readonly [name: string, workspace: (root: string) => string])[] = [
  ["the state folder itself", (root) => join(root, "state")],
  ["a folder of the gateway's own", (root) => join(root, "state/secrets")],
  ["a folder that holds the state folder", (root) => root],
  ["the whole machine", () => "/"],
  ["a path that comes back to it", (root) => join(root, "x/../state/./")],
  ["a link to it", (root) => join(root, "link")],
];

for (const [name, workspace] of wrong) {
  test(`${name} is no workspace`, () => {
    using stage = new Stage();
    symlinkSync(stage.stateDir, join(stage.root, "link"));
    const open = () => stage.open([{ id: "main", workspace: workspace(stage.root) }]);
    expect(open).toThrow(/agents\.list "main": the workspace .* holds the gateway's own files; choose a folder/);
  });
}

test("without a state folder there is a workspace only where the config names one", () => {
  using folder = temporaryFolder();
  const agents = [{ id: "main" }, { id: "work", workspace: folder.path }];
  const workspaces = new Workspaces({ stateDir: undefined, agents, homeDir: undefined });
  expect([workspaces.pathOf("main"), workspaces.folderOf("work")]).toEqual([undefined, folder.path]);
  expect(() => workspaces.folderOf("main")).toThrow("keeps no state on disk");
});
