import type { FeatureValue } from '@millrace/core'
import type { EntityFeatures } from '@millrace/platform/online'
import { JsonBytes } from '../json-bytes.ts'
import type { LookupPart } from './read-lookup.ts'

/** Every answer is written at one go. */
const out = new JsonBytes()

const ENTITY = Buffer.from('"entity":')
const NEXT_ENTITY = Buffer.from('},{"entity":')
const EVENT_TIME = Buffer.from(',"eventTime":')
const AGE = Buffer.from(',"age":')
const FRESH = Buffer.from(',"fresh":true}')
const NOT_FRESH = Buffer.from(',"fresh":false}')
/** What stands behind an event time that there is none of. */
const NEVER = Buffer.from(',"eventTime":null,"age":null,"fresh":false}')
const CLOSING = Buffer.from('}')

/** What stands before the features: whether the entity was found, and whether its values are lower bounds. */
const FOUND = Buffer.from(',"found":true,"truncated":false,"features":{')
const FOUND_TRUNCATED = Buffer.from(',"found":true,"truncated":true,"features":{')
const NOT_FOUND = Buffer.from(',"found":false,"truncated":false,"features":{')
const NOT_FOUND_TRUNCATED = Buffer.from(',"found":false,"truncated":true,"features":{')

/** The answer to a lookup as JSON. */
export function writeFeatures(
  parts: readonly LookupPart[],
  found: readonly (readonly EntityFeatures[])[],
  asOf: number,
): Buffer {
  out.begin()
  out.text(`{"asOf":${asOf},"views":{`)
  parts.forEach((part, i) => {
    out.text(`${i === 0 ? '' : ','}${JSON.stringify(part.view.view.name)}:`)
    writeView(part, found[i]!, asOf)
  })
  out.text('}}')
  return out.finish()
}

/** The answer to a lookup of one entity: that of many, without what has one element. */
export function writeEntity(part: LookupPart, found: EntityFeatures, asOf: number): Buffer {
  const { name, freshness } = part.view.view
  out.begin()
  out.text(`{"asOf":${asOf},"view":${JSON.stringify(name)},"freshness":${freshness},`)
  out.bytes(ENTITY)
  compileEntity(part, asOf)(0, found)
  out.bytes(CLOSING)
  return out.finish()
}

function writeView(part: LookupPart, found: readonly EntityFeatures[], asOf: number): void {
  const write = compileEntity(part, asOf)
  out.text(`{"freshness":${part.view.view.freshness},"entities":[`)
  for (let i = 0; i < found.length; i++) {
    if (i === 0) out.ascii('{"entity":')
    else out.bytes(NEXT_ENTITY)
    write(i, found[i]!)
  }
  out.ascii(found.length === 0 ? ']}' : '}]}')
}

/** The writing of one entity's members, by its place in the part. */
function compileEntity({ view, asked, features }: LookupPart, asOf: number) {
  const { freshness } = view.view
  const heads = features.map((place, i) =>
    Buffer.from(`${i === 0 ? '' : ','}${JSON.stringify(view.featureNames[place])}:{"value":`),
  )
  return (index: number, { newest, truncated, values, eventTimes }: EntityFeatures): void => {
    out.text(JSON.stringify(asked[index]))
    if (newest !== null) out.bytes(truncated ? FOUND_TRUNCATED : FOUND)
    else out.bytes(truncated ? NOT_FOUND_TRUNCATED : NOT_FOUND)
    let time: number | null | undefined
    let standingStart = 0
    let standingEnd = 0
    for (let i = 0; i < features.length; i++) {
      const place = features[i]!
      out.bytes(heads[i]!)
      writeValue(values[place]!)
      const start = out.length
      if (eventTimes[place] === time) out.repeat(standingStart, standingEnd)
      else {
        time = eventTimes[place]!
        writeStanding(time, asOf, freshness)
        standingStart = start
        standingEnd = out.length
      }
    }
    out.bytes(CLOSING)
  }
}

/** How old a value is, and how that stands to the objective. */
function writeStanding(eventTime: number | null, asOf: number, freshness: number): void {
  if (eventTime === null) {
    out.bytes(NEVER)
    return
  }
  const age = asOf - eventTime
  out.bytes(EVENT_TIME)
  out.whole(eventTime)
  out.bytes(AGE)
  out.whole(age)
  out.bytes(age <= freshness ? FRESH : NOT_FRESH)
}

function writeValue(value: FeatureValue): void {
  if (typeof value === 'number') out.number(value)
  else out.text(JSON.stringify(value))
}
