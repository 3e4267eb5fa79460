import type { StateStore } from '@millrace/core'

/** A store that does some things differently from another one. */
export function overrideStore(store: StateStore, different: Partial<StateStore>): StateStore {
  return {
    load: (...request) => store.load(...request),
    read: (...request) => store.read(...request),
    putIfAbsent: (...request) => store.putIfAbsent(...request),
    write: (...request) => store.write(...request),
    pairs: (...request) => store.pairs(...request),
    watermarks: (...request) => store.watermarks(...request),
    ...different,
  }
}
