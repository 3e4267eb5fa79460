import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { UsageError } from './usage.ts'

/** The values of options that were given, by name. */
export type GivenOptions = Readonly<Record<string, string | boolean | readonly string[] | undefined>>

/** Reads the options of a command. Throws UsageError for an unknown option, a missing value or a stray argument. */
export function readOptions(args: readonly string[], options: ParseArgsOptionsConfig): GivenOptions {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false })
      .values as GivenOptions
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

/** Reads the options of a command that has arguments beside. Throws UsageError as `readOptions` does. */
export function readArguments(
  args: readonly string[],
  options: ParseArgsOptionsConfig,
): { readonly values: GivenOptions; readonly positionals: readonly string[] } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options,
      strict: true,
      allowPositionals: true,
    })
    return { values: values as GivenOptions, positionals }
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

/** The values of an option that may be given several times. */
export function readTexts(given: GivenOptions, name: string): readonly string[] {
  const values = given[name]
  if (!Array.isArray(values)) return []
  if (values.includes('')) throw new UsageError(`--${name} needs a value.`)
  return values
}

/** The value of an option that is a time, as epoch milliseconds. Throws UsageError. */
export function readTime(given: GivenOptions, name: string): number | undefined {
  const text = readText(given, name)
  if (text === undefined) return undefined
  const time = /^\d+$/.test(text) ? Number(text) : Date.parse(text)
  if (Number.isFinite(time) && /^\d+$|^\d{4}-\d\d-\d\d$|(Z|[+-]\d\d:?\d\d)$/.test(text)) return time
  throw new UsageError(
    `--${name} must be a day (2026-01-31, UTC), a time with a zone, or epoch milliseconds, not "${text}".`,
  )
}

const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** The value of an option that is a duration, such as 7d or 12h, as milliseconds. Throws UsageError. */
export function readDuration(given: GivenOptions, name: string): number | undefined {
  const text = readText(given, name)
  if (text === undefined) return undefined
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  if (unit !== undefined) return Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS]
  throw new UsageError(`--${name} must be a whole number of d, h, m or s, such as 7d, not "${text}".`)
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
