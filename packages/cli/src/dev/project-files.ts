import { readdir, stat } from 'node:fs/promises'
import { extname, join, relative } from 'node:path'

/** What tells whether a file has changed, by its path. */
export type Snapshot = ReadonlyMap<string, string>

const WATCHED = ['.ts', '.mts', '.js', '.mjs', '.json', '.onnx']

/** The state of all files of a project that a run depends on; what is installed, hidden or written by runs is not. */
export async function takeSnapshot(folder: string): Promise<Snapshot> {
  const snapshot = new Map<string, string>()
  await addFiles(folder, folder, snapshot)
  return snapshot
}

/** Files that were added, changed or removed, in order. */
export function changedFiles(before: Snapshot, after: Snapshot): string[] {
  const changed = [...after].filter(([file, state]) => before.get(file) !== state).map(([file]) => file)
  const removed = [...before.keys()].filter(file => !after.has(file))
  return [...changed, ...removed].toSorted()
}

async function addFiles(root: string, folder: string, snapshot: Map<string, string>): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue
    if (entry.isDirectory()) await addFiles(root, path, snapshot)
    else if (WATCHED.includes(extname(entry.name))) {
      const found = await stat(path).catch(() => undefined)
      if (found !== undefined) snapshot.set(relative(root, path), `${found.mtimeMs} ${found.size}`)
    }
  }
}
