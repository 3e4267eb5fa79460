import kafkajs, { type Admin } from 'kafkajs'

/** Names of the broker's setting, the one that counts first, with the length of their unit (ms). */
const SETTINGS = [
  { name: 'log.retention.ms', unitMs: 1 },
  { name: 'log.retention.minutes', unitMs: 60_000 },
  { name: 'log.retention.hours', unitMs: 3_600_000 },
] as const

/** How long the cluster keeps records of topics that do not say otherwise (ms); Infinity where it keeps them for ever. */
export async function readBrokerRetention(admin: Admin): Promise<number> {
  const { controller, brokers } = await admin.describeCluster()
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [
      {
        type: kafkajs.ConfigResourceTypes.BROKER,
        name: String(controller ?? brokers[0]!.nodeId),
        configNames: SETTINGS.map(setting => setting.name),
      },
    ],
  })
  const entries = resources[0]?.configEntries ?? []
  return retentionOf(new Map(entries.map(entry => [entry.configName, entry.configValue])))
}

/** The first setting that has a value; a negative one means without end. */
export function retentionOf(values: ReadonlyMap<string, string | null>): number {
  for (const { name, unitMs } of SETTINGS) {
    const value = values.get(name)
    if (value === undefined || value === null || value === '') continue
    return Number(value) < 0 ? Number.POSITIVE_INFINITY : Number(value) * unitMs
  }
  return 0
}
