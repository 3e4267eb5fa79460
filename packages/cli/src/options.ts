import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { UsageError } from './usage.ts'

/** The values of options that were given, by name. */
export type GivenOptions = Readonly<Record<string, string | boolean | undefined>>

/** Reads the options of a command. Throws UsageError for an unknown option, a missing value or a stray argument. */
export function readOptions(args: readonly string[], options: ParseArgsOptionsConfig): GivenOptions {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false })
      .values as GivenOptions
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

/** The value of an option as a number within bounds, both inclusive. Throws UsageError. */
export function readNumber(
  given: GivenOptions,
  name: string,
  bounds: { readonly min: number; readonly max?: number; readonly whole?: boolean },
): number | undefined {
  const text = given[name]
  if (text === undefined) return undefined
  const { min, max = Number.MAX_SAFE_INTEGER, whole = true } = bounds
  const value = text === '' ? Number.NaN : Number(text)
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return value
  const kind = whole ? 'a whole number' : 'a number'
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`
  throw new UsageError(`--${name} must be ${kind} ${range}, not "${text}".`)
}

/** The value of an option that has a text. */
export function readText(given: GivenOptions, name: string): string | undefined {
  const value = given[name]
  if (value === '') throw new UsageError(`--${name} needs a value.`)
  return typeof value === 'string' ? value : undefined
}

/** The value of an option that is one of a few words. Throws UsageError. */
export function readWord<const W extends string>(
  given: GivenOptions,
  name: string,
  words: readonly W[],
): W | undefined {
  const value = readText(given, name)
  if (value === undefined) return undefined
  const word = words.find(candidate => candidate === value)
  if (word === undefined) throw new UsageError(`--${name} must be ${words.join(' or ')}, not "${value}".`)
  return word
}
