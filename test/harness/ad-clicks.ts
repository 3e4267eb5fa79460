import { dirname, resolve } from 'node:path'
import adClicks, { attribution, campaign, impression, site, user } from '@millrace/ad-clicks'
import type { RawImpression, SimulatedEvent } from '@millrace/ad-clicks/simulator'
import type { EventValues, FeatureValue, FeatureView } from '@millrace/core'
import { type HandledEvent, naiveFeatures } from '@millrace/testkit'
import { foreignPartition, type RawRecord } from './raw-topics.ts'

const PIPELINE_FILE = resolve(import.meta.dirname, '../../pipelines/ad-clicks/pipeline.ts')

/** The pipeline of impressions as a deployment takes it. */
export const AD_CLICKS = { declared: adClicks, file: PIPELINE_FILE }
export const AD_CLICKS_FOLDER = dirname(PIPELINE_FILE)

/** The raw record of a simulated event, in the partition where a foreign producer puts its key. */
export function rawRecordOf({ type, event }: SimulatedEvent, partitions: number): RawRecord {
  const { topic } = type === 'impression' ? impression : attribution
  const key = event.userId
  return { topic, partition: foreignPartition(key, partitions), key, value: JSON.stringify(event) }
}

/** The features of each view by their definitions, for one impression after the other. */
export class NaiveViews {
  readonly #events = new Map<string, HandledEvent[]>()

  /** Adds an event to the entities that it is about. */
  add({ type, event }: SimulatedEvent): void {
    const source = type === 'impression' ? impression : attribution
    const clean = type === 'impression' ? cleaned(event) : { ...event }
    const time = clean[source.eventTime as keyof typeof clean] as number
    for (const view of [user, campaign, site])
      this.#eventsOf(view, clean[view.entity as keyof typeof clean] as string).push({
        source,
        event: clean,
        time,
      })
  }

  /** The features of the entities of an impression as of its own time, by name. */
  featuresOf(shown: RawImpression): Readonly<Record<string, FeatureValue>> {
    const features = [user, campaign, site].map(view => {
      const handled = this.#eventsOf(view, shown[view.entity as keyof RawImpression] as string)
      const values = naiveFeatures(view, handled, shown.shownAt, tileSizeOf)
      return Object.fromEntries(Object.keys(view.features).map((name, i) => [name, values[i]!]))
    })
    return Object.assign({}, ...features)
  }

  #eventsOf(view: FeatureView, entity: string): HandledEvent[] {
    const key = `${view.name}/${entity}`
    if (!this.#events.has(key)) this.#events.set(key, [])
    return this.#events.get(key)!
  }
}

/** The model's inputs for an impression, written down anew from their meaning. */
export function naiveInputs(
  shown: RawImpression,
  features: Readonly<Record<string, FeatureValue>>,
  campaignShares: ReadonlyMap<string, number>,
): Record<string, number> {
  const number = (name: string): number => features[name] as number
  const { device } = cleaned(shown)
  const dayShare = (2 * Math.PI * (shown.shownAt % 86_400_000)) / 86_400_000
  const known = features['user_known_scroll_depth'] as number
  const copied = Object.entries(features).filter(([name]) =>
    (adClicks.model.inputs as string[]).includes(name),
  )
  return {
    ...(Object.fromEntries(copied) as Record<string, number>),
    bid_log: Math.log1p(shown.bid),
    bid_over_campaign: shown.bid - number('campaign_median_bid_1d'),
    scroll_depth: shown.scrollDepth ?? (Number.isNaN(known) ? 0 : known),
    device_phone: Number(device === 'phone'),
    device_tablet: Number(device === 'tablet'),
    usual_phone: Number(features['user_usual_device'] === 'phone'),
    usual_tablet: Number(features['user_usual_device'] === 'tablet'),
    hour_sin: Math.sin(dayShare),
    hour_cos: Math.cos(dayShare),
    campaign_share: campaignShares.get(shown.campaignId) ?? 0,
    since_previous_log: Math.log1p(number('user_since_previous')),
  }
}

function cleaned(event: RawImpression): EventValues & { readonly device: string } {
  return { ...event, device: event.device.toLowerCase() }
}

/** What docs/pipeline.md says of the windows of this pipeline: an hour for a day, six for a week. */
function tileSizeOf(length: number): number {
  return length === 86_400_000 ? 3_600_000 : 6 * 3_600_000
}
