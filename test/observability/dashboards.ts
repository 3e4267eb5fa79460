import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const DASHBOARD_FOLDER = resolve(import.meta.dirname, '../../deploy/grafana/dashboards')

export interface GridPosition {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

export interface PanelFile {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly description?: string
  readonly gridPos: GridPosition
  readonly datasource?: { readonly uid: string }
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } }
  readonly options?: { readonly yAxis?: { readonly unit: string } }
  readonly targets?: readonly {
    readonly refId: string
    readonly expr: string
    readonly legendFormat: string
    readonly datasource: { readonly uid: string }
  }[]
}

/** A dashboard as its file has it, as far as tests look at it. */
export interface DashboardFile {
  readonly file: string
  readonly uid: string
  readonly title: string
  readonly description: string
  readonly tags: readonly string[]
  readonly schemaVersion: number
  readonly links: readonly {
    readonly type: string
    readonly tags: readonly string[]
    readonly includeVars: boolean
  }[]
  readonly panels: readonly PanelFile[]
  readonly annotations: { readonly list: readonly { readonly name: string; readonly expr: string }[] }
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly query: { readonly query: string } }[]
  }
}

/** A query, and where it stands. */
export interface PlacedQuery {
  readonly where: string
  readonly expr: string
}

export function readDashboards(): readonly DashboardFile[] {
  return readdirSync(DASHBOARD_FOLDER).map(file => ({
    file,
    ...JSON.parse(readFileSync(join(DASHBOARD_FOLDER, file), 'utf8')),
  }))
}

/** The queries of the panels, of the variables and of the marks of model versions, as Grafana leaves them in the file. */
export function queriesOf(dashboard: DashboardFile): readonly PlacedQuery[] {
  const { title, panels, templating, annotations } = dashboard
  const ofPanels = panels.flatMap(panel =>
    (panel.targets ?? []).map(({ refId, expr }) => ({ where: `${title}, ${panel.title}, ${refId}`, expr })),
  )
  const ofVariables = templating.list.map(({ name, query }) => ({
    where: `${title}, variable ${name}`,
    expr: valuesQuery(query.query),
  }))
  const ofMarks = annotations.list
    .filter(({ expr }) => !expr.includes('ALERTS'))
    .map(({ name, expr }) => ({ where: `${title}, ${name}`, expr }))
  return [...ofPanels, ...ofVariables, ...ofMarks]
}

/** A query as Grafana sends it: with all values of every variable, and rates over so many seconds. */
export function substituted(expr: string, rateSeconds: number): string {
  return expr.replaceAll('$__rate_interval', `${rateSeconds}s`).replaceAll(/\$\w+/g, '.*')
}

/** What `label_values(<series>, <label>)` asks for. */
function valuesQuery(text: string): string {
  const match = /^label_values\((.+), (\w+)\)$/.exec(text)
  if (match === null) throw new Error(`not understood: ${text}`)
  return `count by (${match[2]}) (${match[1]})`
}
