/** The rate of a counter over the time that Grafana thinks fit. */
export function perSecond(counter: string, matchers = ''): string {
  return `rate(${series(counter, matchers)}[$__rate_interval])`
}

/** A quantile of a histogram over all instances, for each value of the labels. */
export function quantile(q: number, histogram: string, by: readonly string[], matchers = ''): string {
  return `histogram_quantile(${q}, sum by (${[...by, 'le'].join(', ')}) (${perSecond(`${histogram}_bucket`, matchers)}))`
}

/** The mean of what a histogram has seen, for each value of the labels. */
export function mean(histogram: string, by: readonly string[], matchers = ''): string {
  const of = (part: string) => `sum by (${by.join(', ')}) (${perSecond(`${histogram}_${part}`, matchers)})`
  return `${of('sum')} / ${of('count')}`
}

/** The buckets of a histogram as a heatmap draws them. */
export function buckets(histogram: string, matchers = ''): string {
  return `sum by (le) (${perSecond(`${histogram}_bucket`, matchers)})`
}

function series(name: string, matchers: string): string {
  return matchers === '' ? name : `${name}{${matchers}}`
}
