// What this browser keeps: its keys, its receipts, the chains it trusts, unfinished forms and unfinished acts. All in IndexedDB.

export type StoreName = "keys" | "receipts" | "chains" | "settings" | "identities" | "acts";
const NAME = "yinxin";
const VERSION = 2;
const STORES: Readonly<Record<StoreName, string | null>> = {
  keys: null,
  receipts: "id",
  chains: "chain",
  settings: null,
  identities: "id",
  acts: "id",
};

let opened: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      for (const [name, keyPath] of Object.entries(STORES)) {
        if (request.result.objectStoreNames.contains(name)) continue;
        request.result.createObjectStore(name, keyPath === null ? undefined : { keyPath });
      }
    };
    request.onsuccess = () => {
      // A newer page in another window may have more stores: make room for it, and open again when needed.
      request.result.onversionchange = () => {
        request.result.close();
        opened = null;
      };
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  }).catch((error: unknown) => {
    // A private window may forbid storage now and allow it later.
    opened = null;
    throw error;
  });
  return opened;
}

async function run<T>(
  name: StoreName,
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await open();
  return new Promise((resolve, reject) => {
    // "strict": a receipt's salt cannot be recovered, so it must be on the disk before the deposit is sent.
    const transaction = database.transaction(name, mode, { durability: "strict" });
    const request = act(transaction.objectStore(name));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

export function read<T>(name: StoreName, key: string): Promise<T | undefined> {
  return run(name, "readonly", store => store.get(key) as IDBRequest<T | undefined>);
}

export function readAll<T>(name: StoreName): Promise<T[]> {
  return run(name, "readonly", store => store.getAll() as IDBRequest<T[]>);
}

/** Writes a value; `key` is given for the stores without a key of their own. */
export async function write(name: StoreName, value: unknown, key?: string): Promise<void> {
  await run(name, "readwrite", store => store.put(value, key));
}

export async function remove(name: StoreName, key: string): Promise<void> {
  await run(name, "readwrite", store => store.delete(key));
}
