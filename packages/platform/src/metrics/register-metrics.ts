import { Counter, Gauge, type Histogram } from 'prom-client'
import type {
  CounterDeclaration,
  GaugeDeclaration,
  HistogramDeclaration,
  MetricDeclaration,
  MetricGroup,
} from './declaration.ts'
import { TallyHistogram } from './histogram.ts'
import type { MetricsRegistry } from './registry.ts'

type MetricOf<D> =
  D extends CounterDeclaration<infer L>
    ? Counter<L>
    : D extends GaugeDeclaration<infer L>
      ? Gauge<L>
      : D extends HistogramDeclaration<infer L>
        ? TallyHistogram<L>
        : never

/** The metrics of a group in a registry, by the names of the group. */
export type Registered<G extends MetricGroup> = { readonly [K in keyof G]: MetricOf<G[K]> }

/** Values of labels whose values the declaration does not know. */
type KnownLabels = Readonly<Record<string, readonly string[]>>

/**
 * The metrics of a group in a registry, which are registered the first time. Those without labels, or with labels of
 * known values only, are there at 0.
 */
export function registerMetrics<G extends MetricGroup>(registry: MetricsRegistry, group: G): Registered<G> {
  const metrics = Object.entries(group).map(([key, declared]) => {
    const known = registry.getSingleMetric(declared.name)
    return [key, known ?? create(declared, registry)] as const
  })
  const registered = Object.fromEntries(metrics) as Registered<G>
  startAtZero(registered, group)
  return registered
}

/** Sets a gauge at the moment at which it is read, instead of at each change. */
export function onCollect(gauge: Gauge, set: () => void): void {
  Object.assign(gauge, { collect: set })
}

/**
 * Lets the counters and histograms be there at 0 of which every label is known, by its declaration or here. A counter
 * that appears only with its first count hides that count from whoever asks for the increase.
 */
export function startAtZero<G extends MetricGroup>(
  metrics: Registered<G>,
  group: G,
  known: KnownLabels = {},
): void {
  for (const [key, declared] of Object.entries(group)) {
    if (declared.type === 'gauge') continue
    const metric = metrics[key] as Counter | TallyHistogram
    for (const labels of labelSets(declared, known)) {
      if (metric instanceof TallyHistogram) metric.of(labels)
      else metric.inc(labels, 0)
    }
  }
}

function create(declared: MetricGroup[string], registry: MetricsRegistry): Counter | Gauge | TallyHistogram {
  const { name, help } = declared
  const options = { name, help, labelNames: Object.keys(declared.labels), registers: [registry] }
  if (declared.type === 'counter') return new Counter(options)
  if (declared.type === 'gauge') return new Gauge(options)
  const histogram = new TallyHistogram({ name, help, buckets: declared.buckets })
  registry.registerMetric(histogram as unknown as Histogram)
  return histogram
}

/** Every combination of the values of the labels; none where those of a label are not known. */
function labelSets({ labels }: MetricDeclaration, known: KnownLabels): Record<string, string>[] {
  let sets: Record<string, string>[] = [{}]
  for (const [label, declared] of Object.entries(labels)) {
    const values = typeof declared === 'string' ? (known[label] ?? []) : declared
    sets = sets.flatMap(set => values.map(value => ({ ...set, [label]: value })))
  }
  return sets
}
