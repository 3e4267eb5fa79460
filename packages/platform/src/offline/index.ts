export {
  type ArchivedFile,
  type ArchiveKind,
  archiveDate,
  archivedLabelColumns,
  archivedVectorColumns,
  archiveName,
  parseArchiveName,
} from './archive/layout.ts'
export { type ByteSource, bytesSource, type FileSource, openFileSource } from './parquet/byte-source.ts'
export type { Column, ColumnKind, ColumnValues } from './parquet/column.ts'
export { ParquetFile, type RowGroup } from './parquet/parquet-file.ts'
export { type ParquetOptions, ParquetWriter, writeParquet } from './parquet/parquet-writer.ts'
export { openStorage, type Storage, type StoredFile } from './storage/storage.ts'
