import { type FileHandle, open } from 'node:fs/promises'
import {
  type ColumnChunk,
  type ColumnMetaData,
  type FileMetaData,
  parquetMetadata,
  type RowGroup,
} from 'hyparquet'
import { ByteWriter } from 'hyparquet-writer'
import { writeMetadata } from 'hyparquet-writer/src/metadata.js'
import { type ByteSource, bytesSource } from './byte-source.ts'

/** Arrow's own description of the columns, which does not fit further ones. */
const ARROW_SCHEMA = 'ARROW:schema'
const MAGIC = Buffer.from('PAR1')

/**
 * Writes a Parquet file that is another one with further columns. The columns that were there are copied as they
 * stand, whatever their types and codecs; only their statistics are left out.
 */
export class WidenedFile implements AsyncDisposable {
  readonly #source: ByteSource
  readonly #footer: FileMetaData
  readonly #file: FileHandle
  readonly #groups: RowGroup[] = []
  /** The schema of the further columns, their root first. */
  #added: FileMetaData['schema'] = []
  #end = 0

  private constructor(source: ByteSource, footer: FileMetaData, file: FileHandle) {
    this.#source = source
    this.#footer = footer
    this.#file = file
  }

  /** Begins the file at `path`; `footer` is that of the source. */
  static async create(path: string, source: ByteSource, footer: FileMetaData): Promise<WidenedFile> {
    const widened = new WidenedFile(source, footer, await open(path, 'w'))
    await widened.#write(MAGIC)
    return widened
  }

  /** Adds the next row group of the source, with the columns of the one row group of a Parquet file in memory. */
  async append(added: Uint8Array): Promise<void> {
    const { row_groups, schema } = parquetMetadata(new Uint8Array(added).buffer)
    const [group, further] = [this.#footer.row_groups[this.#groups.length]!, row_groups[0]!]
    const columns: ColumnChunk[] = []
    for (const chunk of group.columns) columns.push(await this.#copy(chunk, this.#source))
    for (const chunk of further.columns) columns.push(await this.#copy(chunk, bytesSource(added)))
    this.#added = schema
    const total_byte_size = group.total_byte_size + further.total_byte_size
    this.#groups.push({ columns, total_byte_size, num_rows: group.num_rows })
  }

  /** Ends the file. */
  async finish(): Promise<void> {
    const [root, ...elements] = this.#footer.schema
    const [added, ...further] = this.#added
    const num_children = root!.num_children! + (added?.num_children ?? 0)
    const writer = new ByteWriter()
    const texts = this.#footer.key_value_metadata ?? []
    writeMetadata(writer, {
      ...this.#footer,
      key_value_metadata: texts.filter(({ key }) => key !== ARROW_SCHEMA),
      schema: [{ ...root!, num_children }, ...elements, ...further],
      row_groups: this.#groups,
    })
    await this.#write(writer.getBytes())
    await this.#write(MAGIC)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
  }

  /** Copies the pages of a column chunk and answers where they are now. */
  async #copy({ meta_data: facts }: ColumnChunk, from: ByteSource): Promise<ColumnChunk> {
    const { dictionary_page_offset: dictionary, data_page_offset: data } = facts!
    const start = dictionary !== undefined && dictionary > 0n && dictionary < data ? dictionary : data
    const moved = BigInt(this.#end) - start
    const end = Number(start + facts!.total_compressed_size)
    await this.#write(new Uint8Array(await from.slice(Number(start), end)))
    return { file_offset: 0n, meta_data: movedFacts(facts!, moved, start) }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    await this.#file.writeFile(bytes)
    this.#end += bytes.length
  }
}

/** What lies outside the pages, such as indexes and bloom filters, is not copied. */
function movedFacts(facts: ColumnMetaData, by: bigint, start: bigint): ColumnMetaData {
  const {
    statistics: _,
    bloom_filter_offset: _filter,
    bloom_filter_length: _length,
    index_page_offset: _index,
    dictionary_page_offset: dictionary,
    ...kept
  } = facts
  return {
    ...kept,
    data_page_offset: facts.data_page_offset + by,
    ...(start === dictionary && { dictionary_page_offset: dictionary + by }),
  }
}
