import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { dashboardFiles } from '../../deploy/grafana/source/files.ts'
import {
  DASHBOARD_FOLDER,
  type GridPosition,
  type PanelFile,
  queriesOf,
  readDashboards,
} from './dashboards.ts'
import { knownSeries } from './known-series.ts'
import { nameOf, selectorsOf } from './promql.ts'

const dashboards = readDashboards()

test('deploy/grafana/dashboards is what `npm run dashboards` writes', () => {
  const written = dashboards.map(
    ({ file }) => [file, readFileSync(join(DASHBOARD_FOLDER, file), 'utf8')] as const,
  )
  assert.deepEqual(new Map(written), new Map([...dashboardFiles()].toSorted()))
})

test('every dashboard has its own uid and title, which links and folders go by', () => {
  for (const field of ['uid', 'title'] as const) {
    const names = dashboards.map(dashboard => dashboard[field])
    assert.equal(new Set(names).size, dashboards.length)
  }
  assert.deepEqual(
    dashboards.map(({ uid }) => /^[a-zA-Z0-9_-]{1,40}$/.test(uid)),
    dashboards.map(() => true),
  )
})

for (const { title, description, tags, links, panels, schemaVersion, templating } of dashboards) {
  const queried = panels.filter(({ type }) => type !== 'row')

  test(`"${title}" is found, described, and linked with the others`, () => {
    assert.equal(schemaVersion, 39)
    assert.notEqual(description, '')
    assert.deepEqual(
      links.map(({ type, tags, includeVars }) => ({ type, tags, includeVars })),
      [{ type: 'dashboards', tags, includeVars: true }],
    )
  })

  test(`the panels of "${title}" have numbers of their own and do not overlap`, () => {
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length)
    const cells = panels.flatMap(({ gridPos }) => cellsOf(gridPos))
    assert.equal(new Set(cells).size, cells.length)
    assert.deepEqual(
      panels.filter(({ gridPos: { x, w } }) => x < 0 || x + w > 24),
      [],
    )
  })

  test(`every panel of "${title}" says what it shows, in which unit, and asks our data source`, () => {
    const lacking = queried.filter(panel => !isWhole(panel)).map(panel => panel.title)
    assert.deepEqual(lacking, [])
  })

  test(`every variable of "${title}" is used`, () => {
    const used = queried.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)).join('\n')
    const names = templating.list.map(({ name }) => name)
    assert.deepEqual(
      names.filter(name => !used.includes(`"$${name}"`)),
      [],
    )
    const asked = [...used.matchAll(/\$(?!__)(\w+)/g)].map(match => match[1]!)
    assert.deepEqual(
      asked.filter(name => !names.includes(name)),
      [],
    )
  })
}

test('every query of every dashboard asks for series that services, rules or Prometheus make', () => {
  const asked = dashboards
    .flatMap(queriesOf)
    .flatMap(({ where, expr }) => selectorsOf(expr).map(selector => ({ where, name: nameOf(selector) })))
  const known = knownSeries()
  assert.deepEqual(
    asked.filter(({ name }) => !known.has(name)),
    [],
  )
})

function cellsOf({ x, y, w, h }: GridPosition): string[] {
  return Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`)
}

function isWhole({
  title,
  description = '',
  datasource,
  fieldConfig,
  options,
  targets = [],
}: PanelFile): boolean {
  const unit = fieldConfig?.defaults.unit ?? options?.yAxis?.unit
  const sources = [datasource, ...targets.map(target => target.datasource)]
  const refIds = new Set(targets.map(({ refId }) => refId))
  return (
    title !== '' &&
    description.endsWith('.') &&
    unit !== undefined &&
    targets.length > 0 &&
    refIds.size === targets.length &&
    sources.every(source => source?.uid === 'prometheus')
  )
}
