import type { Jid } from "./people.ts";

/** What groups are called. A name that is not known yet is asked for, and is there with the group's next message. */
export class GroupTitles {
  readonly #titles = new Map<Jid, string | undefined>();
  readonly #ask: (group: Jid) => Promise<{ readonly subject: string }> | undefined;

  constructor(ask: (group: Jid) => Promise<{ readonly subject: string }> | undefined) {
    this.#ask = ask;
  }

  rename(group: Jid, title: string): void {
    this.#titles.set(group, title);
  }

  of(group: Jid): string | undefined {
    if (!this.#titles.has(group)) {
      this.#titles.set(group, undefined);
      this.#ask(group)?.then(
        ({ subject }) => this.#titles.set(group, subject || undefined),
        () => this.#titles.delete(group),
      );
    }
    return this.#titles.get(group);
  }
}
