import { DATA_SOURCE, type Panel } from './panels.ts'

/** A choice at the top of a dashboard: values of a label, all of them to begin with. */
export interface Variable {
  readonly name: string
  readonly title: string
  /** `label_values(<series>, <label>)` */
  readonly values: string
}

/** Panels side by side, below a heading. */
export interface Section {
  readonly title: string
  /** Each line shares the width of the page. */
  readonly lines: readonly (readonly Panel[])[]
  /** Rows of the grid that a line takes. Default 8. */
  readonly height?: number
}

export interface Dashboard {
  /** Fixed: links and bookmarks have it. */
  readonly uid: string
  readonly title: string
  readonly description: string
  readonly variables: readonly Variable[]
  readonly sections: readonly Section[]
}

const WIDTH = 24
const TAG = 'millrace'

/** A dashboard as Grafana reads it from a file. */
export function dashboardFile({ uid, title, description, variables, sections }: Dashboard): object {
  return {
    uid,
    title,
    description,
    tags: [TAG],
    schemaVersion: 39,
    version: 1,
    editable: false,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    timezone: 'browser',
    links: [linkToOthers()],
    annotations: { list: [FIRING, MODEL_CHANGES] },
    templating: { list: variables.map(choice) },
    panels: place(sections),
  }
}

const FIRING = {
  name: 'Alerts',
  datasource: DATA_SOURCE,
  enable: true,
  iconColor: 'red',
  expr: 'max by (alertname, severity) (ALERTS{alertstate="firing"})',
  titleFormat: '{{alertname}}',
  tagKeys: 'severity',
}

const MODEL_CHANGES = {
  name: 'Model versions',
  datasource: DATA_SOURCE,
  enable: true,
  iconColor: 'blue',
  expr: 'max by (model) (model_loaded_timestamp_seconds) * 1000',
  useValueForTime: 'on',
  titleFormat: '{{model}}: a version was loaded',
}

function linkToOthers(): object {
  return {
    type: 'dashboards',
    title: 'Millrace',
    tags: [TAG],
    asDropdown: false,
    includeVars: true,
    keepTime: true,
    targetBlank: false,
    icon: 'external link',
    tooltip: '',
    url: '',
  }
}

function choice({ name, title, values }: Variable): object {
  return {
    type: 'query',
    name,
    label: title,
    datasource: DATA_SOURCE,
    definition: values,
    query: { query: values, refId: name },
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    allValue: '.*',
    current: { text: ['All'], value: ['$__all'], selected: true },
    hide: 0,
  }
}

/** Gives every panel a number and its place, from the top down and without gaps. */
function place(sections: readonly Section[]): object[] {
  const placed: object[] = []
  let y = 0
  const put = (panel: object, x: number, w: number, h: number): void => {
    placed.push({ id: placed.length + 1, ...panel, gridPos: { x, y, w, h } })
  }
  for (const { title, lines, height = 8 } of sections) {
    put({ type: 'row', title, collapsed: false, panels: [] }, 0, WIDTH, 1)
    y += 1
    for (const line of lines) {
      const w = Math.floor(WIDTH / line.length)
      for (const [i, panel] of line.entries()) put(panel, i * w, w, height)
      y += height
    }
  }
  return placed
}
