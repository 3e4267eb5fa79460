import {
  count,
  days,
  defineEvent,
  defineFeatureView,
  defineModel,
  defineMonitor,
  defineOnDemand,
  definePipeline,
  text,
  timestamp,
} from '@millrace/core'

/** Visits of pages, whose tombstones erase the visitor: two entities, the erased one behind the other. */
export const visit = defineEvent({
  name: 'visit',
  topic: 'visits',
  key: 'visitor',
  id: 'visitId',
  eventTime: 'at',
  tombstones: 'erase',
  fields: { visitId: text('id'), at: timestamp('when'), visitor: text('who'), page: text('what') },
})

const onDemand = defineOnDemand({ source: visit, features: { one: () => 1 } })
const window = { window: days(1) }

const page = defineFeatureView({
  name: 'page',
  entity: 'page',
  sources: [visit],
  features: { page_count_1d: count(visit, window) },
})

const visitor = defineFeatureView({
  name: 'visitor',
  entity: 'visitor',
  sources: [visit],
  features: { visitor_count_1d: count(visit, window) },
})

export default definePipeline({
  name: 'site',
  events: [visit],
  views: [page, visitor],
  onDemand,
  model: defineModel({
    name: 'visited',
    path: 'models',
    features: [onDemand, page, visitor],
    inputs: ['one', 'page_count_1d', 'visitor_count_1d'],
    decisions: [],
  }),
  monitor: defineMonitor({ window: days(1) }),
})
