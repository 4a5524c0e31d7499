import { joinPath, shorten } from "../lib/index.ts";
import { sharedSkillsDir } from "./agent-files.ts";
import { frontMatter } from "./front-matter.ts";
import type { TextCache } from "./text-cache.ts";
import { WorkspaceFiles } from "./workspace-files.ts";
import { FileRefused } from "./workspace-path.ts";

/** A folder with instructions for one kind of work. The body is read when an agent needs it. */
export interface Skill {
  readonly name: string;
  readonly description: string;
  /** Of its SKILL.md, as the read tool takes it. */
  readonly path: string;
  /** The folder, absolute. */
  readonly folder: string;
  /** Of the agent's workspace, or of the state folder for all agents. */
  readonly source: "workspace" | "shared";
  /** Programs that it needs. */
  readonly bins: readonly string[];
}

export interface SkillsParts {
  /** Absolute; undefined when the agent has none. */
  readonly workspaceOf: (agentId: string) => string | undefined;
  /** Undefined when the state is kept in memory. */
  readonly stateDir: string | undefined;
  readonly texts: TextCache;
}

/** Skills that are looked at in one folder, and characters of what is told of one. */
export const skillsMax = 150;
const descriptionCharsMax = 600;
const nameCharsMax = 64;
const headCharsMax = 16_384;

/** What skills an agent has: those of its workspace, and the shared ones whose names those have not taken. */
export class Skills {
  readonly #parts: SkillsParts;

  constructor(parts: SkillsParts) {
    this.#parts = parts;
  }

  async list(agentId: string): Promise<readonly Skill[]> {
    const { workspaceOf, stateDir } = this.#parts;
    const workspace = workspaceOf(agentId);
    const own = workspace === undefined ? [] : await this.#find(joinPath(workspace, "skills"), "workspace");
    const shared = stateDir === undefined ? [] : await this.#find(sharedSkillsDir(stateDir), "shared");
    const byName = new Map<string, Skill>();
    for (const skill of [...own, ...shared]) if (!byName.has(skill.name)) byName.set(skill.name, skill);
    return [...byName.values()].toSorted((left, right) => (left.name < right.name ? -1 : 1));
  }

  async #find(folder: string, source: Skill["source"]): Promise<readonly Skill[]> {
    const files = new WorkspaceFiles([{ path: folder, isWritable: false }]);
    const entries = await files.list("").catch(noneIfRefused);
    const folders = entries.filter(({ kind }) => kind === "folder").slice(0, skillsMax);
    const found = await Promise.all(folders.map(({ name }) => this.#read(files, { folder, name, source })));
    return found.filter((skill) => skill !== undefined);
  }

  async #read(
    files: WorkspaceFiles,
    { folder, name, source }: { readonly folder: string; readonly name: string; readonly source: Skill["source"] },
  ): Promise<Skill | undefined> {
    const head = await this.#parts.texts.read(files, `${name}/SKILL.md`, { folder, charsMax: headCharsMax });
    const facts = head === undefined ? undefined : frontMatter(head.text);
    if (!facts?.["description"]) return undefined;
    return {
      name: shorten(oneSpace(facts["name"] || name), nameCharsMax),
      description: shorten(oneSpace(facts["description"]), descriptionCharsMax),
      path: source === "workspace" ? `skills/${name}/SKILL.md` : joinPath(folder, name, "SKILL.md"),
      folder: joinPath(folder, name),
      source,
      bins: binsIn(facts["metadata"]),
    };
  }
}

const binPattern = /^[\w.+-]{1,128}$/;

/** `{"openclaw":{"requires":{"bins":["gh"]}}}`, under whatever brand it was written for. */
function binsIn(metadata: string | undefined): string[] {
  const found = /"(?:bins|anyBins)"\s*:\s*\[([^\]]*)\]/g;
  const lists = [...(metadata ?? "").matchAll(found)].map(([, list]) => list!);
  const names = lists.flatMap((list) => [...list.matchAll(/"([^"]*)"/g)].map(([, name]) => name!));
  return [...new Set(names.filter((name) => binPattern.test(name)))];
}

function oneSpace(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

function noneIfRefused(error: unknown): [] {
  if (error instanceof FileRefused) return [];
  throw error;
}
