import type { WeightFile } from '../onnx/thread-messages.ts'
import type { AliasMove } from './alias-history.ts'

/** One version of a model, as a registry lists it. */
export interface RegisteredVersion {
  /** A whole number as text. */
  readonly version: string
  /** When it was written (epoch ms). */
  readonly created: number
}

/** What an alias names. */
export interface AliasTarget {
  readonly version: string
  /** The share of keys that this version answers as canary, where the registry says it, from 0 to 1. */
  readonly share?: number
  /** Why the share that the registry says cannot be used, in words; it is 0 then, whatever is declared. */
  readonly fault?: string
  /** Set where nobody chose the champion: it is the newest version. */
  readonly implicit?: true
}

/** What the aliases of a model name. One whose version is not ready yet is left out. */
export type Aliases = ReadonlyMap<string, AliasTarget>

export interface AliasChange {
  /** What the alias named when the change was decided on; undefined for nothing. Else ALIAS_CHANGED. */
  readonly expected: string | undefined
  /** Takes the last move of the alias back, rather than being a new one. */
  readonly undo?: boolean
  /** The share of the canary. Where it is left out, the declared one holds. */
  readonly share?: number
}

/** The files of one version. That they are whole is checked, not yet what they say. */
export interface ModelFiles {
  readonly name: string
  readonly version: string
  /** Where they come from, for messages. */
  readonly place: string
  readonly onnx: Uint8Array
  /** SHA-256 of `onnx`, lower-case hexadecimal. */
  readonly digest: string
  /** Files of weights that lie outside the ONNX file. */
  readonly weights: readonly WeightFile[]
  /** The texts of those of `DOCUMENTS` that are there, by name. */
  readonly documents: ReadonlyMap<string, string>
  /** Whether training gave the version its number and a manifest; else the registry numbers whatever it is given. */
  readonly strict: boolean
}

export const MANIFEST = 'manifest.json'
export const REFERENCE = 'reference.json'
/** Rows that explanations compare with. */
export const BACKGROUND = 'background.json'
/** What may lie beside an ONNX file and is read with it. */
export const DOCUMENTS: readonly string[] = [MANIFEST, REFERENCE, BACKGROUND]

/**
 * Where versions of models come from, and which of them has which role. Everything fails with
 * MODEL_REGISTRY_UNAVAILABLE when the registry cannot be reached, and with MODEL_INVALID, in words, when it does not
 * know the model or the version.
 */
export interface ModelRegistry {
  /** Where the versions of a model are, for messages; never with credentials. */
  placeOf(model: string): string
  /** All versions, the lowest number first. */
  versions(model: string): Promise<readonly RegisteredVersion[]>
  aliases(model: string): Promise<Aliases>
  /** What the aliases named when they were last seen from here, for a start while the registry is down. */
  lastAliases?(model: string): Promise<Aliases | undefined>
  /** The last moves of the model's aliases, the oldest first. Those made elsewhere are not among them. */
  history(model: string): Promise<readonly AliasMove[]>
  /** Lets an alias name a version. Fails with ALIAS_CHANGED when it does not name what was expected. */
  setAlias(model: string, alias: string, version: string, change: AliasChange): Promise<void>
  /** Takes an alias away. Fails as `setAlias` does. */
  deleteAlias(model: string, alias: string, change: AliasChange): Promise<void>
  /** Reads a version with all its files. Fails with MODEL_INVALID also when a file is damaged or too large. */
  read(model: string, version: string): Promise<ModelFiles>
  /** One of `DOCUMENTS`, without the rest of the version; undefined when the version has none. */
  readDocument(model: string, version: string, name: string): Promise<string | undefined>
}
