import { hash } from 'node:crypto'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'

/** An empty folder that is gone when the test is over. */
export async function modelFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-files-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}

/** Puts a file into a place at once, as a new one. */
export async function put(folder: string, path: string, content: string | Uint8Array): Promise<string> {
  const file = join(folder, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(`${file}~`, content)
  await rename(`${file}~`, file)
  return file
}

/** What training writes beside a model whose score of 1, 2 is `score`. */
export function manifestOf(onnx: Uint8Array, score: number): string {
  const sample = { rows: [[1, 2]], scores: [score] }
  return JSON.stringify({ name: 'm', version: '1', inputs: ['a', 'b'], digest: hash('sha256', onnx), sample })
}
