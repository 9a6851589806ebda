/** What the hub needs of the storage of a Durable Object. */
export interface HubStorage {
  get<Value>(key: string): Promise<Value | undefined>;
  put<Value>(key: string, value: Value): Promise<void>;
  delete(key: string): Promise<boolean>;
  list<Value>(options: { prefix: string }): Promise<Map<string, Value>>;
}

/**
 * Values kept in storage under keys of one prefix, and read from there once in the life of the object's instance: no
 * other writes them. Storage is the truth; a write that fails there resets the instance, and this copy with it.
 */
export class StoredMap<Value> {
  readonly #storage: HubStorage;
  readonly #prefix: string;
  readonly #read: (stored: unknown) => Value;
  #loading: Promise<Map<string, Value>> | null = null;

  /** `read` makes a value of what is stored, also by an older version of this code. */
  constructor(storage: HubStorage, prefix: string, read: (stored: unknown) => Value) {
    this.#storage = storage;
    this.#prefix = prefix;
    this.#read = read;
  }

  /** A live view, oldest entry first. */
  async all(): Promise<ReadonlyMap<string, Value>> {
    return this.#load();
  }

  async get(key: string): Promise<Value | undefined> {
    return (await this.#load()).get(key);
  }

  async set(key: string, value: Value): Promise<void> {
    (await this.#load()).set(key, value);
    await this.#storage.put(this.#prefix + key, value);
  }

  async delete(key: string): Promise<void> {
    if ((await this.#load()).delete(key)) await this.#storage.delete(this.#prefix + key);
  }

  async clear(): Promise<void> {
    for (const key of [...(await this.#load()).keys()]) await this.delete(key);
  }

  #load(): Promise<Map<string, Value>> {
    this.#loading ??= this.#storage.list<unknown>({ prefix: this.#prefix }).then(
      (stored) =>
        new Map(
          [...stored].map(([key, value]) => [key.slice(this.#prefix.length), this.#read(value)]),
        ),
      (error) => {
        this.#loading = null;
        throw error;
      },
    );
    return this.#loading;
  }
}
