import { hash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { replaceFile } from '../folder/durable-file.ts'
import type { Aliases, AliasTarget } from '../model-registry.ts'

const shape = z.record(z.string(), z.object({ version: z.string(), share: z.number().optional() }))

/** What aliases named when they were last seen, in files: so that a scorer can start while its registry is down. */
export class AliasMemory {
  readonly #folder: string
  /** What was written last, by file. */
  readonly #written = new Map<string, string>()

  /** The folder is made when something is first kept. */
  constructor(folder: string) {
    this.#folder = join(folder, 'aliases')
  }

  /**
   * Keeps what the aliases of a model name now, where the folder can be written; `identity` tells it from models of
   * other servers.
   */
  async keep(identity: readonly string[], aliases: Aliases): Promise<void> {
    const path = this.#pathOf(identity)
    const text = JSON.stringify(Object.fromEntries(aliases))
    if (this.#written.get(path) === text) return
    this.#written.set(path, text)
    try {
      await mkdir(this.#folder, { recursive: true })
      await replaceFile(path, text)
    } catch {
      // A memory that cannot be kept costs a start during an outage, which is no reason to stop now.
    }
  }

  /** What was kept last; undefined when nothing was. */
  async recall(identity: readonly string[]): Promise<Aliases | undefined> {
    const text = await readFile(this.#pathOf(identity), 'utf8').catch(() => undefined)
    return text === undefined ? undefined : parsed(text)
  }

  #pathOf(identity: readonly string[]): string {
    return join(this.#folder, `${hash('sha256', JSON.stringify(identity))}.json`)
  }
}

function parsed(text: string): Aliases | undefined {
  try {
    return new Map(Object.entries(shape.parse(JSON.parse(text)) as Record<string, AliasTarget>))
  } catch {
    return undefined
  }
}
