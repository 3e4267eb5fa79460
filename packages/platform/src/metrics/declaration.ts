/** The values that a label takes: all of them where they are known, else in words what they are. */
export type LabelValues = readonly string[] | string

/** A metric as the code that feeds it, its scrapers and its docs know it. The unit is the end of its name. */
export interface MetricDeclaration<Label extends string = string> {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly name: string
  /** One sentence. */
  readonly help: string
  readonly labels: Readonly<Record<Label, LabelValues>>
}

export interface CounterDeclaration<Label extends string = string> extends MetricDeclaration<Label> {
  readonly type: 'counter'
}

export interface GaugeDeclaration<Label extends string = string> extends MetricDeclaration<Label> {
  readonly type: 'gauge'
}

export interface HistogramDeclaration<Label extends string = string> extends MetricDeclaration<Label> {
  readonly type: 'histogram'
  /** Upper bounds, rising; +Inf is added. */
  readonly buckets: readonly number[]
}

/** Metrics that one part of a service feeds, by what that part calls them. */
export type MetricGroup = Readonly<
  Record<string, CounterDeclaration | GaugeDeclaration | HistogramDeclaration>
>

type Labels<L extends string> = Readonly<Record<L, LabelValues>>

export function counter(name: string, help: string): CounterDeclaration<never>
export function counter<L extends string>(
  name: string,
  help: string,
  labels: Labels<L>,
): CounterDeclaration<L>
export function counter(name: string, help: string, labels: Labels<string> = {}): CounterDeclaration {
  return { type: 'counter', name, help, labels }
}

export function gauge(name: string, help: string): GaugeDeclaration<never>
export function gauge<L extends string>(name: string, help: string, labels: Labels<L>): GaugeDeclaration<L>
export function gauge(name: string, help: string, labels: Labels<string> = {}): GaugeDeclaration {
  return { type: 'gauge', name, help, labels }
}

export function histogram<L extends string>(
  name: string,
  help: string,
  labels: Labels<L>,
  buckets: readonly number[],
): HistogramDeclaration<L> {
  return { type: 'histogram', name, help, labels, buckets }
}
