import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { REPOSITORY } from './documents.ts'

/** The texts of source files, by patterns of paths from the repository. */
export function readSources(...patterns: readonly string[]): string[] {
  return globSync([...patterns], { cwd: REPOSITORY }).map(path =>
    readFileSync(join(REPOSITORY, path), 'utf8'),
  )
}

const READ_BY_NAME = /\benv\['([A-Z][A-Z\d_]+)'\]/g
const TAKEN_APART = /\{([^{}]*)\} = (?:process\.)?env\b/g
const NAME = /\b[A-Z][A-Z_]+\b/g

/** Names of the environment variables that sources read one by one, each once. */
export function variableNames(sources: readonly string[]): string[] {
  return unique(
    sources.flatMap(source => [
      ...[...source.matchAll(READ_BY_NAME)].map(match => match[1]!),
      ...[...source.matchAll(TAKEN_APART)].flatMap(match => match[1]!.match(NAME) ?? []),
    ]),
  )
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)]
}
