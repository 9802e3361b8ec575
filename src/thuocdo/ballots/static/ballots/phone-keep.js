// What a phone keeps of one slip, in this browser's own store: the one-time key cannot be read out of it, and what was
// marked is never kept. Gone when the voter says so, or signs out.
"use strict";
(function () {
  const NAME = "thuocdo-phieu";
  const ask = (request) => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
  async function open() {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(NAME);
    return ask(request);
  }
  async function act(mode, work) {
    const database = await open();
    try {
      return await ask(work(database.transaction(NAME, mode).objectStore(NAME)));
    } finally {
      database.close();
    }
  }
  globalThis.LPK1.keep = (place) => ({
    read: () => act("readonly", (store) => store.get(place)),
    write: (value) => act("readwrite", (store) => store.put(value, place)),
    /** Put a cast in the place of its token, in one transaction: false where another window did, or the token went. */
    claim: async (value) => {
      let done = false;
      await act("readwrite", (store) => {
        const found = store.get(place);
        found.addEventListener("success", () => {
          done = !!found.result && !found.result.row && found.result.serial === value.serial;
          if (done) store.put(value, place);
        });
        return found;
      });
      return done;
    },
    forget: () => act("readwrite", (store) => store.delete(place)),
  });
})();
