export {
  ARCHIVE_KINDS,
  type ArchiveFile,
  type ArchiveKind,
  archiveColumns,
  archiveDate,
  archiveDates,
  archiveEntities,
  archiveFileName,
  archivePrefix,
  parseArchiveFileName,
} from './archive/layout.ts'
export { type ByteSource, bytesSource, type FileSource, openFileSource } from './parquet/byte-source.ts'
export type { Column, ColumnKind, ColumnValues } from './parquet/column.ts'
export { ParquetFile, type RowGroup } from './parquet/parquet-file.ts'
export { type ParquetOptions, ParquetWriter, writeParquet } from './parquet/parquet-writer.ts'
export { type ValueCell, type ValueColumn, writeValueFile } from './parquet/value-file.ts'
export { WidenedFile } from './parquet/widened-file.ts'
export { openStorage } from './storage/open-storage.ts'
export type { Storage, StoredObject } from './storage/storage.ts'
