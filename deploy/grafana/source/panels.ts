/** Where every query goes: the uid of provisioning/datasources/prometheus.yaml. */
export const DATA_SOURCE = { type: 'prometheus', uid: 'prometheus' } as const

/** A query and what its series are called, with labels as `{{name}}`. */
export type Query = readonly [legend: string, expr: string]

/** A panel without its place. */
export interface Panel {
  readonly type: string
  readonly title: string
  readonly [field: string]: unknown
}

interface PanelOptions {
  readonly title: string
  /** What the panel shows, and what to think of it. */
  readonly description: string
  /** A unit of Grafana: `s`, `reqps`, `percentunit`, `short` ... */
  readonly unit: string
  readonly queries: readonly Query[]
  /** From these values on it is yellow and red; a graph draws the lines. */
  readonly limits?: Limits
}

export interface Limits {
  readonly warn?: number
  readonly bad?: number
  /** Low values are the bad ones. */
  readonly below?: boolean
}

export interface GraphOptions extends PanelOptions {
  readonly stacked?: boolean
  /** Default 0, so that a graph does not make much of little. */
  readonly min?: number | null
  readonly max?: number
  readonly logarithmic?: boolean
}

/** Series over time. */
export function graph(options: GraphOptions): Panel {
  const { min = 0, max, stacked = false, limits, logarithmic = false } = options
  const custom = {
    drawStyle: 'line',
    lineWidth: 1,
    fillOpacity: stacked ? 40 : 8,
    showPoints: 'never',
    stacking: { mode: stacked ? 'normal' : 'none', group: 'A' },
    thresholdsStyle: { mode: limits === undefined ? 'off' : 'dashed' },
    scaleDistribution: logarithmic ? { type: 'log', log: 10 } : { type: 'linear' },
  }
  const range = { ...(min === null || logarithmic ? {} : { min }), ...(max === undefined ? {} : { max }) }
  return panel('timeseries', options, {
    fieldConfig: fields(options, { ...range, custom }),
    targets: targets(options.queries),
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  })
}

/** The latest value, large, with its course behind it. */
export function figure(options: PanelOptions): Panel {
  return panel('stat', options, {
    fieldConfig: fields(options, {}),
    targets: targets(options.queries),
    options: {
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
      colorMode: options.limits === undefined ? 'none' : 'value',
      graphMode: 'area',
      justifyMode: 'auto',
      orientation: 'auto',
      textMode: 'auto',
    },
  })
}

/** One bar for each series, as of now. */
export function bars(options: PanelOptions & { readonly max?: number }): Panel {
  const { max } = options
  return panel('bargauge', options, {
    fieldConfig: fields(options, { min: 0, ...(max === undefined ? {} : { max }) }),
    targets: targets(options.queries, { instant: true }),
    options: {
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
      displayMode: 'basic',
      orientation: 'horizontal',
      showUnfilled: true,
    },
  })
}

/** How a histogram moves: buckets over time, as of `sum by (le) (rate(..._bucket[...]))`. */
export function heatmap(options: PanelOptions): Panel {
  return panel('heatmap', options, {
    fieldConfig: { defaults: {}, overrides: [] },
    targets: targets(options.queries, { format: 'heatmap' }),
    options: {
      calculate: false,
      color: { mode: 'scheme', scheme: 'Blues', steps: 64, reverse: false },
      yAxis: { unit: options.unit, axisPlacement: 'left' },
      rowsFrame: { layout: 'le' },
      legend: { show: true },
      tooltip: { mode: 'single', yHistogram: false },
    },
  })
}

/** A row for each series as of now, a column for each label in `columns`, and the value under `value`. */
export function table(
  options: PanelOptions & { readonly columns: Readonly<Record<string, string>>; readonly value: string },
): Panel {
  const { columns, value } = options
  const names = Object.keys(columns)
  const indexByName = Object.fromEntries([...names, 'Value'].map((name, index) => [name, index]))
  return panel('table', options, {
    fieldConfig: fields(options, {}),
    targets: targets(options.queries, { instant: true, format: 'table' }),
    transformations: [
      { id: 'filterFieldsByName', options: { include: { names: [...names, 'Value'] } } },
      { id: 'organize', options: { indexByName, renameByName: { ...columns, Value: value } } },
    ],
    options: { showHeader: true, cellHeight: 'sm' },
  })
}

function panel(type: string, { title, description }: PanelOptions, rest: object): Panel {
  return { type, title, description, datasource: DATA_SOURCE, ...rest }
}

function fields({ unit, limits }: PanelOptions, more: object): object {
  return { defaults: { unit, thresholds: thresholds(limits), ...more }, overrides: [] }
}

function thresholds({ warn, bad, below = false }: Limits = {}): object {
  const colors = below ? ['red', 'yellow', 'green'] : ['green', 'yellow', 'red']
  const from = below ? [bad ?? warn, warn ?? bad] : [warn, bad]
  const steps = from.flatMap((value, i) => (value === undefined ? [] : [{ color: colors[i + 1]!, value }]))
  const distinct = steps.filter(({ value }, i) => steps[i + 1]?.value !== value)
  return { mode: 'absolute', steps: [{ color: colors[0]!, value: null }, ...distinct] }
}

function targets(queries: readonly Query[], more: object = {}): object[] {
  return queries.map(([legend, expr], i) => ({
    refId: String.fromCharCode(65 + i),
    datasource: DATA_SOURCE,
    expr,
    legendFormat: legend,
    ...more,
  }))
}
