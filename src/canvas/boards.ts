import type { Clock } from "../lib/index.ts";
import type { Database } from "../storage/index.ts";
import { a2uiChecker } from "./a2ui/check.ts";
import { A2uiRefused, type Json, type JsonObject, messageOf, type SurfaceStep } from "./a2ui/message.ts";
import { stepsOf } from "./a2ui/read-messages.ts";
import { applied, messagesOf, type Surface, surfaceCharsMax } from "./a2ui/surface.ts";
import { BoardStore, type StoredSurface } from "./boards.store.ts";
import type { BoardPages } from "./board-pages.ts";

/**
 * What the screens show, kept by the gateway: messages are checked and stored before any screen hears of them, and a
 * screen that comes (again) gets all that there is.
 */

export const mainBoard = "main";
export const boardIdPattern = "^[a-z0-9][a-z0-9_-]{0,63}$";
export const surfacesMax = 32;

export interface BoardsParts {
  readonly database: Database;
  readonly clock: Pick<Clock, "nowMs">;
  readonly pages: BoardPages;
}

export interface Pushed {
  /** The board's surfaces afterwards. */
  readonly surfaceIds: readonly string[];
  /** Screens that were told. */
  readonly screenCount: number;
}

export class Boards {
  readonly store: BoardStore;
  readonly #parts: BoardsParts;

  constructor(parts: BoardsParts) {
    this.#parts = parts;
    this.store = new BoardStore(parts.database);
    parts.pages.bind((boardId) => {
      // Who opens a screen will see something drawn soon: the schemas are made ready meanwhile.
      void a2uiChecker();
      return { messages: this.replay(boardId), path: this.store.shows(boardId) };
    });
  }

  /** All of the messages, or none: a mistake in one refuses them all with `A2uiRefused`. On disk when it resolves. */
  async push(boardId: string, messages: readonly Json[], sessionKey: string): Promise<Pushed> {
    const steps = stepsOf(messages);
    const checker = await a2uiChecker();
    const { database, clock, pages } = this.#parts;
    const told = await database.accept(() => {
      const work = new Map<string, Surface | undefined>();
      const out: JsonObject[] = [];
      for (const step of steps) {
        const before = work.has(step.surfaceId)
          ? work.get(step.surfaceId)
          : this.store.find(boardId, step.surfaceId)?.surface;
        checker.check(step, before?.options?.catalogId);
        const after = applied(before, step);
        work.set(step.surfaceId, after);
        out.push(...messagesFor(step, before, after));
      }
      for (const [surfaceId, surface] of work) this.#keep(boardId, surfaceId, surface && { surface, sessionKey });
      if (this.store.count(boardId) > surfacesMax) {
        throw new A2uiRefused(`the canvas has room for ${surfacesMax} surfaces: send deleteSurface for some first`);
      }
      // Who draws wants it to be seen.
      this.store.setShows(boardId, undefined, clock.nowMs());
      return out;
    });
    const screenCount = pages.tell(boardId, { type: "a2ui", messages: told });
    return { surfaceIds: this.surfaceIds(boardId), screenCount };
  }

  async reset(boardId: string): Promise<number> {
    const surfaceIds = this.surfaceIds(boardId);
    await this.#parts.database.accept(() => this.store.remove(boardId));
    const messages = surfaceIds.map((surfaceId) => messageOf({ kind: "delete", surfaceId }));
    return this.#parts.pages.tell(boardId, { type: "a2ui", messages });
  }

  /** Shows a file of the canvas folder; without one, the surfaces. */
  async show(boardId: string, path: string | undefined): Promise<number> {
    const { database, clock, pages } = this.#parts;
    await database.accept(() => this.store.setShows(boardId, path, clock.nowMs()));
    return pages.tell(boardId, { type: "show", path: path ?? null });
  }

  replay(boardId: string): readonly JsonObject[] {
    return this.store.surfaces(boardId).flatMap(({ surface }) => messagesOf(surface));
  }

  surfaceIds(boardId: string): readonly string[] {
    return this.store.surfaces(boardId).map(({ surface }) => surface.surfaceId);
  }

  #keep(boardId: string, surfaceId: string, stored: StoredSurface | undefined): void {
    if (!stored) return this.store.remove(boardId, surfaceId);
    const content = JSON.stringify(stored.surface);
    if (content.length > surfaceCharsMax) {
      throw new A2uiRefused(`surface "${surfaceId}" is larger than ${surfaceCharsMax} characters: make it smaller`);
    }
    return this.store.put(boardId, stored, content, this.#parts.clock.nowMs());
  }
}

/** What screens are told of a step: nothing before the surface is shown, and then all that came before. */
function messagesFor(
  step: SurfaceStep,
  before: Surface | undefined,
  after: Surface | undefined,
): readonly JsonObject[] {
  const wasShown = before?.options !== undefined;
  if (step.kind === "delete") return wasShown ? [messageOf(step)] : [];
  if (after?.options === undefined || after === before) return [];
  if (wasShown && step.kind !== "create") return [messageOf(step)];
  const anew = messagesOf(after);
  return wasShown ? [messageOf({ kind: "delete", surfaceId: step.surfaceId }), ...anew] : anew;
}
