import { dashboardFile } from './dashboard.ts'
import { drift } from './drift.ts'
import { features } from './features.ts'
import { overview } from './overview.ts'
import { serving } from './serving.ts'

const DASHBOARDS = { overview, features, serving, drift }

/** The files of deploy/grafana/dashboards by their names, as they should be. */
export function dashboardFiles(): ReadonlyMap<string, string> {
  const files = Object.entries(DASHBOARDS).map(
    ([name, dashboard]) =>
      [`${name}.json`, `${JSON.stringify(dashboardFile(dashboard), null, 2)}\n`] as const,
  )
  return new Map(files)
}
