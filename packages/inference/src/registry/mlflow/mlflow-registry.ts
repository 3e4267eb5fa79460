import { CANARY, fateOf, MillraceError } from '@millrace/core'
import { z } from 'zod'
import { type AliasMove, aliasMove, withMove } from '../alias-history.ts'
import { aliasChanged, assertAliasName } from '../alias-name.ts'
import { ONNX_FILE, readVersionFiles } from '../folder/version-files.ts'
import type {
  AliasChange,
  Aliases,
  AliasTarget,
  ModelFiles,
  ModelRegistry,
  RegisteredVersion,
} from '../model-registry.ts'
import type { AliasMemory } from './alias-memory.ts'
import {
  downloadAnswer,
  type MlflowVersion,
  modelAnswer,
  readAnswer,
  tagValue,
  versionAnswer,
  versionsAnswer,
} from './answers.ts'
import { type ArtifactSource, artifactSource } from './artifact-source.ts'
import { downloadVersion } from './download-version.ts'
import type { MlflowAnswer, MlflowClient } from './mlflow-client.ts'
import type { VersionCache } from './version-cache.ts'

/** The tag of a model version with its share as canary. */
export const SHARE_TAG = 'millrace.canary_share'
/** The tag of a registered model with the last moves of its aliases. */
export const HISTORY_TAG = 'millrace.history'

const READY = 'READY'
const PAGE = 200
const MOST_VERSIONS = 10_000

export interface MlflowRegistryOptions {
  readonly client: MlflowClient
  readonly cache: VersionCache
  readonly memory: AliasMemory
  /** The clock of the history (epoch ms). */
  readonly now?: () => number
}

/** The registered models of an MLflow server. It cannot change an alias on a condition: see #move. */
export class MlflowRegistry implements ModelRegistry {
  readonly #client: MlflowClient
  readonly #cache: VersionCache
  readonly #memory: AliasMemory
  readonly #now: () => number

  constructor({ client, cache, memory, now = Date.now }: MlflowRegistryOptions) {
    this.#client = client
    this.#cache = cache
    this.#memory = memory
    this.#now = now
  }

  placeOf(): string {
    return `the model registry ${this.#client.url}`
  }

  async versions(model: string): Promise<readonly RegisteredVersion[]> {
    const found: MlflowVersion[] = []
    for (let token: string | undefined = ''; token !== undefined && found.length < MOST_VERSIONS; ) {
      const answer = await this.#client.get('model-versions/search', {
        filter: `name=${quoted(model)}`,
        max_results: String(PAGE),
        ...(token !== '' && { page_token: token }),
      })
      const page: z.output<typeof versionsAnswer> = this.#read(versionsAnswer, answer, `the model "${model}"`)
      found.push(...page.model_versions)
      token = page.next_page_token || undefined
    }
    if (found.length === 0) await this.#model(model)
    return found
      .map(({ version, creation_timestamp: created }) => ({ version, created }))
      .toSorted((a, b) => Number(a.version) - Number(b.version))
  }

  async aliases(model: string): Promise<Aliases> {
    const { aliases } = await this.#model(model)
    const targets = await Promise.all(
      aliases.map(async ({ alias, version }) => [alias, await this.#target(model, alias, version)] as const),
    )
    const found = new Map(targets.filter(entry => entry[1] !== undefined) as [string, AliasTarget][])
    await this.#memory.keep([this.#client.url, model], found)
    return found
  }

  async lastAliases(model: string): Promise<Aliases | undefined> {
    return this.#memory.recall([this.#client.url, model])
  }

  async history(model: string): Promise<readonly AliasMove[]> {
    const { tags } = await this.#model(model)
    return parseHistory(tagValue(tags, HISTORY_TAG))
  }

  async setAlias(model: string, alias: string, version: string, change: AliasChange): Promise<void> {
    assertAliasName(alias)
    const { tags } = await this.#version(model, version)
    await this.#move(model, alias, version, change, async () => {
      if (alias === CANARY) await this.#setShare(model, version, change.share, tagValue(tags, SHARE_TAG))
      return this.#client.send('POST', 'registered-models/alias', { name: model, alias, version })
    })
  }

  async deleteAlias(model: string, alias: string, change: AliasChange): Promise<void> {
    await this.#move(model, alias, null, change, () =>
      this.#client.send('DELETE', 'registered-models/alias', { name: model, alias }),
    )
  }

  async read(model: string, version: string): Promise<ModelFiles> {
    const place = this.#versionPlace(model, version)
    return readVersionFiles({
      name: model,
      version,
      folder: await this.#folderOf(model, version, place),
      onnxFile: ONNX_FILE,
      place,
      strict: false,
    })
  }

  async readDocument(model: string, version: string, name: string): Promise<string | undefined> {
    const source = await this.#source(model, version)
    const body = (await source.open(name)) ?? (await source.open(`extra_files/${name}`))
    return body && new TextDecoder().decode(await body.read())
  }

  /** The folder with the files of a version. What was downloaded before is there while the server is down, too. */
  async #folderOf(model: string, version: string, place: string): Promise<string> {
    const identity = [this.#client.url, model, version]
    try {
      const { creation_timestamp: created, source } = await this.#readyVersion(model, version)
      return await this.#cache.folderOf(identity, `${created} ${source}`, async target =>
        downloadVersion(await this.#source(model, version), target, place),
      )
    } catch (error) {
      const kept = fateOf(error) === 'retry' ? await this.#cache.keptFolder(identity) : undefined
      if (kept !== undefined) return kept
      throw error
    }
  }

  /**
   * Changes an alias when it names what was expected, and writes the move down. Between the look and the change
   * somebody else may get in; the history then shows both moves.
   */
  async #move(
    model: string,
    alias: string,
    version: string | null,
    { expected, undo }: AliasChange,
    change: () => Promise<MlflowAnswer>,
  ): Promise<void> {
    const { aliases, tags } = await this.#model(model)
    const named = aliases.find(candidate => candidate.alias === alias)?.version
    if (named !== expected) throw aliasChanged(alias, expected, named)
    this.#read(z.unknown(), await change(), `the alias "${alias}" of "${model}"`)
    const move: AliasMove = {
      at: this.#now(),
      alias,
      from: named ?? null,
      to: version,
      ...(undo && { undo }),
    }
    const history = withMove(parseHistory(tagValue(tags, HISTORY_TAG)), move)
    await this.#tag('registered-models', { name: model, key: HISTORY_TAG, value: JSON.stringify(history) })
  }

  async #setShare(
    name: string,
    version: string,
    share: number | undefined,
    before: string | undefined,
  ): Promise<void> {
    const tag = { name, version, key: SHARE_TAG }
    if (share !== undefined) await this.#tag('model-versions', { ...tag, value: String(share) })
    else if (before !== undefined) await this.#client.send('DELETE', 'model-versions/delete-tag', tag)
  }

  async #tag(kind: 'registered-models' | 'model-versions', body: object): Promise<void> {
    this.#read(z.unknown(), await this.#client.send('POST', `${kind}/set-tag`, body), 'the tag')
  }

  /** Undefined while the version is not ready. */
  async #target(model: string, alias: string, version: string): Promise<AliasTarget | undefined> {
    const { status, tags } = await this.#version(model, version)
    if (status !== READY) return undefined
    const share = alias === CANARY ? tagValue(tags, SHARE_TAG) : undefined
    return { version, ...(share !== undefined && parseShare(share)) }
  }

  async #source(model: string, version: string): Promise<ArtifactSource> {
    const answer = await this.#client.get('model-versions/get-download-uri', { name: model, version })
    const place = this.#versionPlace(model, version)
    const { artifact_uri: uri } = this.#read(downloadAnswer, answer, place)
    return artifactSource(this.#client, uri, { name: model, version })
  }

  async #readyVersion(model: string, version: string): Promise<MlflowVersion> {
    const found = await this.#version(model, version)
    if (found.status === READY) return found
    throw new MillraceError(
      'MODEL_REGISTRY_UNAVAILABLE',
      `${this.#versionPlace(model, version)} is not ready yet (${found.status}): try again.`,
    )
  }

  async #version(model: string, version: string): Promise<MlflowVersion> {
    const answer = await this.#client.get('model-versions/get', { name: model, version })
    return this.#read(versionAnswer, answer, this.#versionPlace(model, version)).model_version
  }

  async #model(model: string) {
    const answer = await this.#client.get('registered-models/get', { name: model })
    return this.#read(modelAnswer, answer, `the model "${model}"`).registered_model
  }

  #versionPlace(model: string, version: string): string {
    return `models:/${model}/${version} of ${this.#client.url}`
  }

  #read<T>(shape: z.ZodType<T>, answer: MlflowAnswer, what: string): T {
    if ('json' in answer) return readAnswer(shape, answer.json, this.#client.url)
    const { status, message } = answer.refused
    throw new MillraceError('MODEL_INVALID', `MLflow refuses ${what} with ${status}: ${message}`)
  }
}

/** A text in MLflow's filters, which know no way to write a quote within its own kind. */
function quoted(name: string): string {
  if (!name.includes("'")) return `'${name}'`
  if (!name.includes('"')) return `"${name}"`
  throw new MillraceError(
    'MODEL_INVALID',
    `The model ${name} cannot be asked for: its name has both kinds of quotes.`,
  )
}

/** A tag that cannot be read takes the canary out of the traffic, and leaves the other roles alone. */
function parseShare(text: string): Pick<AliasTarget, 'share' | 'fault'> {
  const share = text.trim() === '' ? Number.NaN : Number(text)
  if (share >= 0 && share <= 1) return { share }
  return { share: 0, fault: `the tag ${SHARE_TAG} must be from 0 to 1, not "${text}"` }
}

/** A history that somebody else wrote over counts as none. */
function parseHistory(text: string | undefined): readonly AliasMove[] {
  try {
    return z.array(aliasMove).parse(JSON.parse(text ?? '[]'))
  } catch {
    return []
  }
}
