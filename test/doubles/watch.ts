/** Lets tests wait for what happens in the double: every change looks again at what is waited for; no timers. */
export class Watch {
  readonly #looks = new Set<() => boolean>();

  changed(): void {
    for (const look of this.#looks) if (look()) this.#looks.delete(look);
  }

  /** Resolves as soon as `find` gives something, perhaps at once. */
  until<T>(find: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = () => {
        try {
          const found = find();
          if (found === undefined) return false;
          resolve(found);
        } catch (error) {
          reject(error);
        }
        return true;
      };
      if (!look()) this.#looks.add(look);
    });
  }
}
