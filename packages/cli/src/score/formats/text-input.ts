import { createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { gzipSync } from 'node:zlib'
import { detectFormat } from '../../input/format.ts'
import { openLines, unreadableFile } from '../../input/open-input.ts'
import { csvSyntax } from './csv-syntax.ts'
import { ndjsonSyntax } from './ndjson-syntax.ts'
import type { InputPart, LoadedPart, ScoreInput } from './score-format.ts'
import type { TextSyntax } from './text-syntax.ts'

/** Rows of a part: enough for the model, and little to do twice. */
const PART_ROWS = 50_000

/** Opens a CSV or NDJSON file, plain or gzip; what comes out is written as the file was. Throws INPUT_INVALID. */
export async function openTextInput(path: string): Promise<ScoreInput> {
  try {
    const { rows: format, isGzip } = await detectFormat(path)
    const { size } = await stat(path)
    const lines = openLines(path, isGzip)
    const syntax = format === 'csv' ? await csvSyntax(lines) : ndjsonSyntax(lines)
    const bytesOf = (text: string): Uint8Array => (isGzip ? gzipSync(text) : Buffer.from(text))
    return {
      format,
      columns: syntax.columns,
      parts: () => partsOf({ path, size: isGzip ? undefined : size, syntax, bytesOf }),
      async assemble(target, columns, parts) {
        const head = syntax.head(columns)
        const all = async function* () {
          if (head !== '') yield bytesOf(head)
          yield* parts
        }
        await pipeline(Readable.from(all(), { objectMode: false }), createWriteStream(target))
      },
      [Symbol.asyncDispose]: async () => {},
    }
  } catch (cause) {
    throw unreadableFile(path, cause)
  }
}

interface TextFile {
  readonly path: string
  /** Bytes; undefined where the texts are not what is in the file. */
  readonly size: number | undefined
  readonly syntax: TextSyntax
  readonly bytesOf: (text: string) => Uint8Array
}

async function* partsOf(file: TextFile): AsyncGenerator<InputPart> {
  let waiting: string[] = []
  let before = 0
  let length = 0
  const next = (): InputPart => {
    const records = waiting.splice(0, PART_ROWS)
    const start = before
    before += records.length
    length += lengthOf(records)
    const share = file.size && Math.min(1, length / file.size)
    return { count: records.length, share, load: async () => load(file, records, start) }
  }
  try {
    for await (const records of file.syntax.records()) {
      waiting = waiting.length === 0 ? [...records] : waiting.concat(records)
      while (waiting.length >= PART_ROWS) yield next()
    }
    if (waiting.length > 0) yield next()
  } catch (cause) {
    throw unreadableFile(file.path, cause)
  }
}

/** In characters, which are bytes for most texts: near enough to show how far it is. */
function lengthOf(records: readonly string[]): number {
  return records.reduce((sum, { length }) => sum + length + 1, 0)
}

function load({ syntax, bytesOf }: TextFile, records: readonly string[], start: number): LoadedPart {
  const read = syntax.read(records)
  const places = read.flatMap((row, place) => (row === undefined ? [] : [place]))
  const rows = places.map(place => read[place]!)
  return {
    rows: {
      count: rows.length,
      areTexts: syntax.areTexts,
      column: name =>
        syntax.columns === undefined || syntax.columns.includes(name) ? row => rows[row]![name] : undefined,
    },
    numberOf: row => start + places[row]! + 1,
    unreadable: records.flatMap((text, place) =>
      read[place] === undefined ? [{ number: start + place + 1, text }] : [],
    ),
    write(columns, values) {
      const lines = places.map((place, row) =>
        syntax.widen(
          records[place]!,
          columns,
          values.map(cells => cells[row]!),
        ),
      )
      return bytesOf(lines.join(''))
    },
  }
}
