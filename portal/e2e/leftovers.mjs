// What a browser holds of the pages that were open in it, written to a file that the search of the process tests reads.

import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Everything that the page's origin keeps in the browser, as text; bytes as hexadecimal digits. */
function kept(page) {
  return page.evaluate(async () => {
    const readable = value => {
      if (ArrayBuffer.isView(value))
        return [...value].map(byte => byte.toString(16).padStart(2, "0")).join("");
      if (value instanceof CryptoKey) return `${value.type} key, extractable: ${value.extractable}`;
      if (Array.isArray(value)) return value.map(readable);
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, readable(part)]));
    };
    const done = request =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const databases = {};
    for (const { name } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const objects = database.transaction(store).objectStore(store);
        const [keys, values] = await Promise.all([done(objects.getAllKeys()), done(objects.getAll())]);
        databases[`${name}/${store}`] = keys.map((key, at) => [key, readable(values[at])]);
      }
      database.close();
    }
    const caches = {};
    for (const name of await globalThis.caches.keys()) {
      const cache = await globalThis.caches.open(name);
      for (const request of await cache.keys())
        caches[`${name} ${request.url}`] = await (await cache.match(request)).text();
    }
    return {
      localStorage: { ...localStorage },
      sessionStorage: { ...sessionStorage },
      databases,
      caches,
      windowName: window.name,
      title: document.title,
      state: history.state,
    };
  });
}

/** Keeps the address of every page and request of a visitor in a file, from now on. */
export function watchAddresses(context, folder, name) {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.addresses`);
  context.on("request", request => appendFileSync(path, `${request.method()} ${request.url()}\n`));
  context.on("page", page =>
    page.on("framenavigated", frame => appendFileSync(path, `PAGE ${frame.url()}\n`)),
  );
}

/** Writes down what the browser still holds: storage of the origin, cookies, the history of the window. */
export async function writeLeftovers({ page, context }, folder, name) {
  mkdirSync(folder, { recursive: true });
  const session = await context.newCDPSession(page);
  const history = await session.send("Page.getNavigationHistory");
  await session.detach();
  const left = { ...(await kept(page)), history, cookies: await context.cookies() };
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(left, null, 1));
}

/** Puts a text of its own in each place where a page could leave something. */
export async function plant({ page }, texts) {
  await page.evaluate(async given => {
    localStorage.setItem("planted", given.localStorage);
    sessionStorage.setItem("planted", given.sessionStorage);
    await (await caches.open("planted")).put("/planted", new Response(given.cache));
    await cookieStore.set("planted", given.cookie);
    await new Promise((resolve, reject) => {
      const opening = indexedDB.open("yinxin");
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const writing = opening.result.transaction("settings", "readwrite");
        writing
          .objectStore("settings")
          .put({ planted: [new TextEncoder().encode(given.database)] }, "planted");
        writing.oncomplete = () => {
          opening.result.close();
          resolve();
        };
      };
    });
    history.pushState(null, "", `/keys?planted=${given.history}`);
  }, texts);
}
