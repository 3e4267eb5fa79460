import { readFile } from 'node:fs/promises'

const LINES = 8

/** The last lines of a service's log, each in a few words; a log that cannot be read has none. */
export async function readLogTail(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const lines = text.split('\n').filter(line => line.trim() !== '')
  return lines.slice(-LINES).map(describeLogLine)
}

/** Level, message and error of a JSON log line; any other line as it is. */
export function describeLogLine(line: string): string {
  const fields = parseFields(line)
  if (fields === undefined) return line
  const { level, msg, err } = fields
  return `${level}: ${msg}${err?.message === undefined ? '' : ` (${err.message})`}`
}

interface LogFields {
  readonly level: unknown
  readonly msg: unknown
  readonly err?: { readonly message?: unknown }
}

function parseFields(line: string): LogFields | undefined {
  try {
    const fields = JSON.parse(line)
    return typeof fields === 'object' && fields !== null && 'msg' in fields ? fields : undefined
  } catch {
    return undefined
  }
}
