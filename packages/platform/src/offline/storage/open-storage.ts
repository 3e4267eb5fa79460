import { fileURLToPath } from 'node:url'
import { MillraceError } from '@millrace/core'
import { FolderStorage } from './folder-storage.ts'
import { readS3Config } from './s3-config.ts'
import { S3Storage } from './s3-storage.ts'
import type { Storage } from './storage.ts'

/**
 * Opens a place of storage: a folder, by its path or as `file://…`, or `s3://bucket/prefix`, for which the environment
 * has AWS's variables. Throws CONFIG_INVALID for any other address, and when a variable is missing.
 */
export function openStorage(place: string, env: NodeJS.ProcessEnv = process.env): Storage {
  if (place.startsWith('file://')) return new FolderStorage(fileURLToPath(place))
  if (!/^\w+:\/\//.test(place)) return new FolderStorage(place)
  const [, bucket, prefix = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]+)(?:\/(.*))?$/.exec(place) ?? []
  if (bucket !== undefined) return new S3Storage(bucket, prefix.replace(/^\/+|\/+$/g, ''), readS3Config(env))
  throw new MillraceError(
    'CONFIG_INVALID',
    `"${place}" is no place to store in: give a folder, or s3://BUCKET/PREFIX.`,
  )
}
