import { createHash } from 'node:crypto'
import { MillraceError } from '@millrace/core'
import { AwsClient } from 'aws4fetch'
import type { S3Config } from './s3-config.ts'
import { parseFailure, parseListing } from './s3-listing.ts'
import type { Storage, StoredObject } from './storage.ts'

/** Attempts after the first one where the store is overloaded or has a fault, with growing pauses: some 6 s in all. */
const RETRIES = 6

/**
 * A bucket of S3, or of a store with its API, or the part of it whose names start with `prefix/`. The bucket stands in
 * the path, which every such store takes.
 */
export class S3Storage implements Storage {
  readonly place: string
  readonly #client: AwsClient
  readonly #bucketUrl: string
  /** Empty, or with a `/` at its end. */
  readonly #prefix: string

  constructor(bucket: string, prefix: string, config: S3Config) {
    const { endpoint, sessionToken, ...credentials } = config
    this.place = `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}`
    this.#bucketUrl = `${endpoint}/${bucket}`
    this.#prefix = prefix === '' ? '' : `${prefix}/`
    const token = sessionToken === undefined ? {} : { sessionToken }
    this.#client = new AwsClient({ ...credentials, ...token, service: 's3', retries: RETRIES })
  }

  async list(prefix: string): Promise<readonly StoredObject[]> {
    const objects: StoredObject[] = []
    let continuation: string | undefined
    do {
      const page = parseListing(await this.#listPage(this.#prefix + prefix, continuation))
      objects.push(...page.objects)
      continuation = page.continuation
    } while (continuation !== undefined)
    const named = objects.map(({ name, size }) => ({ name: name.slice(this.#prefix.length), size }))
    return named.sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  read(name: string): Promise<Uint8Array | undefined> {
    return this.#attempt(async () => {
      const response = await this.#client.fetch(this.#urlOf(name))
      if (response.ok) return response.bytes()
      const text = await response.text()
      if (response.status === 404 && !text.includes('NoSuchBucket')) return undefined
      throw refused(response, text)
    })
  }

  /** The store keeps an object only when all its bytes have come, and their digest is that of the request. */
  write(name: string, bytes: Uint8Array): Promise<void> {
    const digest = createHash('sha256').update(bytes).digest('hex')
    return this.#attempt(async () => {
      const request = {
        method: 'PUT',
        headers: { 'x-amz-content-sha256': digest },
        body: bytes as Uint8Array<ArrayBuffer>,
      }
      const response = await this.#client.fetch(this.#urlOf(name), request)
      const text = await response.text()
      if (!response.ok) throw refused(response, text)
    })
  }

  #listPage(prefix: string, continuation: string | undefined): Promise<string> {
    const from = continuation === undefined ? '' : `&continuation-token=${encode(continuation)}`
    const query = `list-type=2&prefix=${encode(prefix)}${from}`
    return this.#attempt(async () => {
      const response = await this.#client.fetch(`${this.#bucketUrl}?${query}`)
      const text = await response.text()
      if (!response.ok) throw refused(response, text)
      return text
    })
  }

  #urlOf(name: string): string {
    const path = (this.#prefix + name).split('/').map(encode).join('/')
    return `${this.#bucketUrl}/${path}`
  }

  async #attempt<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action()
    } catch (cause) {
      throw new MillraceError(
        'STORAGE_UNAVAILABLE',
        `${this.place} cannot be used (${reasonOf(cause)}): look after the store, the bucket and the rights of the key.`,
        { cause },
      )
    }
  }
}

/** As the signature has it: stores differ in whether they take any other form for the same. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function refused({ status }: Response, text: string): Error {
  return new Error(parseFailure(text) ?? `status ${status}`)
}

/** The client says "fetch failed" of every connection, and the reason beneath. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error
  return cause instanceof Error && cause.message !== '' ? cause.message : message
}
