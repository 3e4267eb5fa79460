import {
  count,
  days,
  defineEvent,
  defineFeatureView,
  defineModel,
  defineMonitor,
  defineOnDemand,
  definePipeline,
  double,
  flag,
  hours,
  mean,
  ratio,
  text,
  timestamp,
} from '@millrace/core'

/** What the sensors of a machine measured, once an hour. */
export const reading = defineEvent({
  name: 'reading',
  topic: 'machine-readings',
  key: 'machineId',
  id: 'readingId',
  eventTime: 'measuredAt',
  grace: hours(1),
  fields: {
    readingId: text('unique id given by the gateway', { maxLength: 64 }),
    measuredAt: timestamp('when it was measured'),
    machineId: text('the machine', { maxLength: 64 }),
    siteId: text('the site where the machine stands', { maxLength: 64 }),
    vibration: double('vibration velocity in mm/s', { min: 0, max: 100 }),
    temperature: double('temperature of the bearing in °C', { min: -40, max: 200 }),
  },
})

/** What a technician wrote down after working on a machine. */
export const repair = defineEvent({
  name: 'repair',
  topic: 'repair-reports',
  key: 'machineId',
  id: 'reportId',
  eventTime: 'reportedAt',
  fields: {
    reportId: text('unique id of the report', { maxLength: 64 }),
    reportedAt: timestamp('when the machine ran again'),
    machineId: text('the machine', { maxLength: 64 }),
    wasBreakdown: flag('whether it had broken down, and was not just serviced'),
  },
})

/** What one machine did lately. Every window ends at the reading being scored, itself included. */
export const machine = defineFeatureView({
  name: 'machine',
  entity: 'machineId',
  sources: [repair, reading],
  features: {
    machine_mean_vibration_6h: mean(reading, 'vibration', { window: hours(6) }),
    machine_mean_vibration_3d: mean(reading, 'vibration', { window: days(3) }),
    machine_mean_temperature_1d: mean(reading, 'temperature', { window: days(1) }),
    machine_repairs_7d: count(repair, { window: days(7) }),
    machine_breakdown_share_7d: ratio(repair, 'wasBreakdown', { window: days(7) }),
  },
})

/** The site of a machine: a hot day is no sign of wear. */
export const site = defineFeatureView({
  name: 'site',
  entity: 'siteId',
  sources: [reading],
  features: {
    site_mean_temperature_1h: mean(reading, 'temperature', { window: hours(1) }),
  },
})

/** What follows from the reading and from the views together. */
export const comparison = defineOnDemand({
  source: reading,
  features: {
    vibration: event => event.vibration,
    temperature_over_site: (event, { site_mean_temperature_1h = 0 }) =>
      event.temperature - site_mean_temperature_1h,
  },
})

/** Probability that a machine breaks down soon. The order of `inputs` is the order of the ONNX input tensor. */
export const wear = defineModel({
  name: 'machine_wear',
  path: 'models/machine_wear',
  features: [comparison, machine, site],
  inputs: [
    'vibration',
    'temperature_over_site',
    'machine_mean_vibration_6h',
    'machine_mean_vibration_3d',
    'machine_mean_temperature_1d',
    'machine_repairs_7d',
    'machine_breakdown_share_7d',
  ],
  decisions: [
    { decision: 'run', from: 0 },
    { decision: 'inspect', from: 0.5 },
    { decision: 'stop', from: 0.9 },
  ],
})

export default definePipeline({
  name: 'machine-wear',
  version: 1,
  events: [reading, repair],
  views: [machine, site],
  onDemand: comparison,
  model: wear,
  monitor: defineMonitor({ window: days(1), warmUp: days(7) }),
})
