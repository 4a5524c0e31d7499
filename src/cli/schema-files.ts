import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A macro: it runs when the binary is built (or, from source, when it is loaded) and leaves the derived schemas in its
 * place, so that a binary alone can say what it speaks. Never call it at run time.
 */

export interface SchemaFile {
  /** Path below `schemas/`, for instance `swift/Package.swift`. */
  readonly path: string;
  readonly text: string;
}

export function schemaFiles(): SchemaFile[] {
  const folder = join(import.meta.dir, "../../schemas");
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(json|swift)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => !path.includes(".build"))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(folder, path), "utf8") }));
}
