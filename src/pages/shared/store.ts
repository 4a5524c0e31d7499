import { useEffect, useReducer, useRef } from "preact/hooks";

/** A value that components watch. Values are replaced, never changed in place. */
export class Store<T> {
  #value: T;
  readonly #watchers = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const watcher of this.#watchers) watcher();
  }

  update(change: (value: T) => T): void {
    this.set(change(this.#value));
  }

  /** Returns what ends the watching. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }
}

/** The selected part of a store; the component is drawn again only when that part is another. */
export function useStore<T, S>(store: Store<T>, select: (value: T) => S): S {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  const selected = select(store.value);
  const latest = useRef({ selected, select });
  latest.current = { selected, select };
  useEffect(() => {
    const look = () => {
      if (!Object.is(latest.current.select(store.value), latest.current.selected)) draw(undefined);
    };
    look();
    return store.watch(look);
  }, [store]);
  return selected;
}
