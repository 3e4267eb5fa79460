import { CATALOGUE, createRegistry } from '@millrace/platform/metrics'
import { readRules } from './rules.ts'

/** The names of all series that services expose, that rules record, and that Prometheus makes itself. */
export function knownSeries(): ReadonlySet<string> {
  const declared = CATALOGUE.flatMap(({ groups }) => groups.flatMap(group => Object.values(group)))
  const ofServices = declared.flatMap(({ name, type }) => (type === 'histogram' ? ofHistogram(name) : [name]))
  const registry = createRegistry({ service: 'test' })
  const ofProcess = registry.getMetricsAsArray().flatMap(({ name }) => [name, ...ofHistogram(name)])
  const recorded = readRules().flatMap(({ record }) => record ?? [])
  return new Set([...ofServices, ...ofProcess, ...recorded, 'up', 'ALERTS'])
}

function ofHistogram(name: string): string[] {
  return ['bucket', 'sum', 'count'].map(part => `${name}_${part}`)
}
