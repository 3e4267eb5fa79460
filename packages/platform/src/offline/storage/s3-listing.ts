import type { StoredObject } from './storage.ts'

/** One page of an answer to ListObjectsV2. */
export interface ListingPage {
  /** Names within the bucket. */
  readonly objects: readonly StoredObject[]
  /** Where the next page begins; undefined behind the last one. */
  readonly continuation: string | undefined
}

/** Reads an answer to ListObjectsV2; its elements hold texts alone, so that no parser is needed. */
export function parseListing(xml: string): ListingPage {
  const contents = xml.match(/<Contents>[\s\S]*?<\/Contents>/g) ?? []
  const objects = contents.map(entry => ({
    name: textOf(entry, 'Key') ?? '',
    size: Number(textOf(entry, 'Size')),
  }))
  return { objects, continuation: textOf(xml, 'NextContinuationToken') }
}

/** What an answer to a refused request tells, as one line. */
export function parseFailure(xml: string): string | undefined {
  const told = [textOf(xml, 'Code'), textOf(xml, 'Message')].filter(text => text !== undefined)
  return told.length === 0 ? undefined : told.join(': ')
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** The text of the first element of a name. */
function textOf(xml: string, element: string): string | undefined {
  const text = new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1]
  return text?.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole
    return String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16))
  })
}
