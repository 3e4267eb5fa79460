import type { FeatureValue } from '@millrace/core'
import type { EntityFeatures } from '@millrace/platform/online'
import type { LookupPart } from './read-lookup.ts'

/**
 * The answer to a lookup as JSON. It is put together from texts: an answer for 100 entities has thousands of names and
 * braces that never change, and a tree of objects would cost several times as much as the states behind it.
 */
export function writeFeatures(
  parts: readonly LookupPart[],
  found: readonly (readonly EntityFeatures[])[],
  asOf: number,
): string {
  const views = parts.map(
    (part, i) => `${JSON.stringify(part.view.view.name)}:${writeView(part, found[i]!, asOf)}`,
  )
  return `{"asOf":${asOf},"views":{${views.join(',')}}}`
}

/** The answer to a lookup of one entity: that of many, without what has one element. */
export function writeEntity(part: LookupPart, found: EntityFeatures, asOf: number): string {
  const { name, freshness } = part.view.view
  const entity = compileEntity(part, asOf)(0, found)
  return `{"asOf":${asOf},"view":${JSON.stringify(name)},"freshness":${freshness},${entity}}`
}

function writeView(part: LookupPart, found: readonly EntityFeatures[], asOf: number): string {
  const write = compileEntity(part, asOf)
  let entities = ''
  for (let i = 0; i < found.length; i++) entities += `${i === 0 ? '{' : ',{'}${write(i, found[i]!)}}`
  return `{"freshness":${part.view.view.freshness},"entities":[${entities}]}`
}

/** The writing of one entity's members, by its place in the part. */
function compileEntity({ view, asked, features }: LookupPart, asOf: number) {
  const { freshness } = view.view
  const heads = features.map(
    (place, i) => `${i === 0 ? '' : ','}${JSON.stringify(view.featureNames[place])}:{"value":`,
  )
  return (index: number, { newest, truncated, values, eventTimes }: EntityFeatures): string => {
    let text = `"entity":${JSON.stringify(asked[index])},"found":${newest !== null},"truncated":${truncated},"features":{`
    let time: number | null | undefined
    let tail = ''
    for (let i = 0; i < features.length; i++) {
      const place = features[i]!
      if (eventTimes[place] !== time) {
        time = eventTimes[place]!
        tail = standing(time, asOf, freshness)
      }
      text += heads[i] + writeValue(values[place]!) + tail
    }
    return `${text}}`
  }
}

/** How old a value is, and how that stands to the objective. */
function standing(eventTime: number | null, asOf: number, freshness: number): string {
  const age = eventTime === null ? null : asOf - eventTime
  const isFresh = age !== null && age <= freshness
  return `,"eventTime":${eventTime},"age":${age},"fresh":${isFresh}}`
}

function writeValue(value: FeatureValue): string {
  if (typeof value !== 'number') return JSON.stringify(value)
  return Number.isFinite(value) ? String(value) : 'null'
}
