import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CHAMPION, MillraceError } from '@millrace/core'
import { type AliasMove, withMove } from '../alias-history.ts'
import { aliasChanged, assertAliasName, isVersion } from '../alias-name.ts'
import type {
  AliasChange,
  Aliases,
  AliasTarget,
  ModelFiles,
  ModelRegistry,
  RegisteredVersion,
} from '../model-registry.ts'
import { MANIFEST } from '../model-registry.ts'

import { withAliasLock } from './alias-lock.ts'
import { type AliasesContent, readAliases, writeAliases } from './aliases-file.ts'
import { publishVersion } from './publish-version.ts'
import { ONNX_FILE, readText, readVersionFiles } from './version-files.ts'

export interface FolderRegistryOptions {
  /** The folder with the versions of a model, by the model's name. */
  readonly folderOf: (model: string) => string
  /** The clock of the history (epoch ms). */
  readonly now?: () => number
}

/**
 * Folders of this machine, or shared with others, as a registry: versions are folders named by their number, aliases
 * stand in aliases.json. Without a champion there the newest version is it.
 */
export class FolderRegistry implements ModelRegistry {
  readonly #folderOf: (model: string) => string
  readonly #now: () => number

  constructor({ folderOf, now = Date.now }: FolderRegistryOptions) {
    this.#folderOf = folderOf
    this.#now = now
  }

  placeOf(model: string): string {
    return this.#folderOf(model)
  }

  async versions(model: string): Promise<readonly RegisteredVersion[]> {
    const folder = this.#folderOf(model)
    const numbers = await this.#numbers(model)
    return Promise.all(
      numbers.map(async version => ({ version, created: (await stat(join(folder, version))).mtimeMs })),
    )
  }

  async aliases(model: string): Promise<Aliases> {
    return aliasesOf(await readAliases(this.#folderOf(model)), await this.#numbers(model))
  }

  async history(model: string): Promise<readonly AliasMove[]> {
    return (await readAliases(this.#folderOf(model))).history
  }

  async setAlias(model: string, alias: string, version: string, change: AliasChange): Promise<void> {
    assertAliasName(alias)
    await this.#assertVersion(model, version)
    const { share } = change
    await this.#move(model, alias, { version, ...(share !== undefined && { share }) }, change)
  }

  async deleteAlias(model: string, alias: string, change: AliasChange): Promise<void> {
    await this.#move(model, alias, undefined, change)
  }

  async read(model: string, version: string): Promise<ModelFiles> {
    await this.#assertVersion(model, version)
    const folder = join(this.#folderOf(model), version)
    return readVersionFiles({
      name: model,
      version,
      folder,
      onnxFile: ONNX_FILE,
      place: folder,
      strict: true,
    })
  }

  async readDocument(model: string, version: string, name: string): Promise<string | undefined> {
    await this.#assertVersion(model, version)
    return readText(join(this.#folderOf(model), version, name))
  }

  /**
   * Adds a version with its files, by name: model.onnx, manifest.json and reference.json at least. Throws
   * MODEL_INVALID when the number is taken or a file is missing.
   */
  async publish(
    model: string,
    version: string,
    files: Readonly<Record<string, string | Uint8Array>>,
  ): Promise<void> {
    const missing = [ONNX_FILE, MANIFEST].filter(name => !(name in files))
    if (!isVersion(version) || missing.length > 0) {
      const fault = missing.length > 0 ? `it lacks ${missing.join(' and ')}` : 'its number is not whole'
      throw new MillraceError(
        'MODEL_INVALID',
        `Version ${version} of ${model} cannot be published: ${fault}.`,
      )
    }
    await publishVersion(this.#folderOf(model), version, files)
  }

  async #move(
    model: string,
    alias: string,
    target: AliasTarget | undefined,
    { expected, undo }: AliasChange,
  ): Promise<void> {
    const folder = this.#folderOf(model)
    const numbers = await this.#numbers(model)
    await withAliasLock(folder, async () => {
      const content = await readAliases(folder)
      const named = aliasesOf(content, numbers).get(alias)?.version
      if (named !== expected) throw aliasChanged(alias, expected, named)
      const { [alias]: _, ...others } = content.aliases
      const move: AliasMove = {
        at: this.#now(),
        alias,
        from: named ?? null,
        to: target?.version ?? null,
        ...(undo && { undo }),
      }
      const aliases = target === undefined ? others : { ...others, [alias]: target }
      await writeAliases(folder, { aliases, history: [...withMove(content.history, move)] })
    })
  }

  async #assertVersion(model: string, version: string): Promise<void> {
    const numbers = await this.#numbers(model)
    if (numbers.includes(version)) return
    throw new MillraceError(
      'MODEL_INVALID',
      `The model folder ${this.#folderOf(model)} has no version ${version}, only ${numbers.join(', ')}.`,
    )
  }

  /** The numbers of the versions, ascending; there is at least one. */
  async #numbers(model: string): Promise<readonly string[]> {
    const folder = this.#folderOf(model)
    const entries = await readdir(folder).catch(cause => {
      throw new MillraceError('MODEL_INVALID', `The model folder ${folder} cannot be read.`, { cause })
    })
    const numbers = entries.filter(isVersion).toSorted((a, b) => Number(a) - Number(b))
    if (numbers.length > 0) return numbers
    throw new MillraceError(
      'MODEL_INVALID',
      `The model folder ${folder} has no version: train a model first.`,
    )
  }
}

function aliasesOf({ aliases }: AliasesContent, numbers: readonly string[]): Aliases {
  const named = Object.entries(aliases).map(([alias, { version, share }]): [string, AliasTarget] => [
    alias,
    { version, ...(share !== undefined && { share }) },
  ])
  if (CHAMPION in aliases) return new Map(named)
  return new Map([[CHAMPION, { version: numbers.at(-1)!, implicit: true }], ...named])
}
