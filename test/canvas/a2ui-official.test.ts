import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { a2uiChecker, applied, messagesOf, stepsOf, type Surface } from "../../src/canvas/index.ts";

/** The official packages' own examples, both catalogs of every version that they carry. */

const schemas = join(import.meta.dir, "../../node_modules/@a2ui/web_core/src");

const galleries = ["v0_9/schemas/catalogs/basic", "v0_9/schemas/catalogs/minimal", "v1_0/schemas/catalogs/basic"];

for (const gallery of galleries) {
  const folder = join(schemas, gallery, "examples");
  for (const file of readdirSync(folder)) {
    test(`${gallery}: ${file} is taken, and comes back as it was`, async () => {
      const written = JSON.parse(readFileSync(join(folder, file), "utf8")) as { messages: never[] } | never[];
      const checker = await a2uiChecker();
      const surfaces = new Map<string, Surface>();
      for (const step of stepsOf(Array.isArray(written) ? written : written.messages)) {
        const before = surfaces.get(step.surfaceId);
        if (!gallery.includes("minimal")) checker.check(step, before?.options?.catalogId);
        const after = applied(before, step);
        if (after) surfaces.set(step.surfaceId, after);
      }
      expect(surfaces.size).toBeGreaterThan(0);
      for (const surface of surfaces.values()) {
        const again = stepsOf(messagesOf(surface)).reduce<Surface | undefined>(applied, undefined);
        expect(again).toEqual(surface);
      }
    });
  }
}
