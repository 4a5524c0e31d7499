/** What this browser keeps between visits: a few named shelves in IndexedDB, or in memory where there is none. */

export type Shelf = "keys" | "offline" | "unsent";

export interface Keep {
  get<T>(shelf: Shelf, key: string): Promise<T | undefined>;
  put(shelf: Shelf, key: string, value: unknown): Promise<void>;
  /** Puts the value unless there is one, and returns the one that is there: two tabs agree. */
  putFirst<T>(shelf: Shelf, key: string, value: T): Promise<T>;
  remove(shelf: Shelf, key: string): Promise<void>;
  all<T>(shelf: Shelf): Promise<(readonly [key: string, value: T])[]>;
  clear(shelf: Shelf): Promise<void>;
}

const databaseName = "clawdia";
const databaseVersion = 1;
const shelves: readonly Shelf[] = ["keys", "offline", "unsent"];

/** A browser that forbids storage (some private windows) gets a keep that lasts as long as the page. */
export async function openKeep(): Promise<Keep> {
  try {
    return new StoredKeep(await open());
  } catch {
    return new BriefKeep();
  }
}

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(databaseName, databaseVersion);
  request.addEventListener("upgradeneeded", () => {
    for (const shelf of shelves) request.result.createObjectStore(shelf);
  });
  return done(request);
}

class StoredKeep implements Keep {
  readonly #database: IDBDatabase;

  constructor(database: IDBDatabase) {
    this.#database = database;
    database.addEventListener("versionchange", () => database.close());
  }

  get<T>(shelf: Shelf, key: string): Promise<T | undefined> {
    return done<T | undefined>(this.#shelf(shelf, "readonly").get(key));
  }

  async put(shelf: Shelf, key: string, value: unknown): Promise<void> {
    await done(this.#shelf(shelf, "readwrite").put(value, key));
  }

  async putFirst<T>(shelf: Shelf, key: string, value: T): Promise<T> {
    const store = this.#shelf(shelf, "readwrite");
    const present = await done<T | undefined>(store.get(key));
    if (present !== undefined) return present;
    await done(store.put(value, key));
    return value;
  }

  async remove(shelf: Shelf, key: string): Promise<void> {
    await done(this.#shelf(shelf, "readwrite").delete(key));
  }

  async all<T>(shelf: Shelf): Promise<(readonly [string, T])[]> {
    const store = this.#shelf(shelf, "readonly");
    const [keys, values] = await Promise.all([done(store.getAllKeys()), done<T[]>(store.getAll())]);
    return values.map((value, index) => [keys[index] as string, value] as const);
  }

  async clear(shelf: Shelf): Promise<void> {
    await done(this.#shelf(shelf, "readwrite").clear());
  }

  #shelf(shelf: Shelf, mode: IDBTransactionMode): IDBObjectStore {
    return this.#database.transaction(shelf, mode).objectStore(shelf);
  }
}

class BriefKeep implements Keep {
  readonly #values = new Map<string, unknown>();

  async get<T>(shelf: Shelf, key: string): Promise<T | undefined> {
    return this.#values.get(`${shelf}/${key}`) as T | undefined;
  }

  async put(shelf: Shelf, key: string, value: unknown): Promise<void> {
    this.#values.set(`${shelf}/${key}`, value);
  }

  async putFirst<T>(shelf: Shelf, key: string, value: T): Promise<T> {
    const present = await this.get<T>(shelf, key);
    if (present === undefined) await this.put(shelf, key, value);
    return present ?? value;
  }

  async remove(shelf: Shelf, key: string): Promise<void> {
    this.#values.delete(`${shelf}/${key}`);
  }

  async all<T>(shelf: Shelf): Promise<(readonly [string, T])[]> {
    const prefix = `${shelf}/`;
    return [...this.#values]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value as T] as const);
  }

  async clear(shelf: Shelf): Promise<void> {
    for (const [key] of await this.all(shelf)) await this.remove(shelf, key);
  }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  request.addEventListener("success", () => resolve(request.result));
  request.addEventListener("error", () => reject(request.error ?? new Error("the browser's store failed")));
  return promise;
}
