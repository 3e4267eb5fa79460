import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { ERROR_CODES, MillraceError } from '@millrace/core'
import { answerTo } from '@millrace/platform/http'
import { OPERATOR_RULES, operatorRules } from '../../deploy/prometheus/operator-rules.ts'
import { headings, readDocument } from '../docs/documents.ts'
import { PROMETHEUS_FOLDER, prometheusMissing } from '../harness/prometheus.ts'
import { knownSeries } from './known-series.ts'
import { nameOf, selectorsOf } from './promql.ts'
import { filesOf, readAlerts, readRules } from './rules.ts'

const run = promisify(execFile)
const skip = prometheusMissing()
const alerts = readAlerts()
const objectives = readRules().flatMap(({ record, labels }) =>
  record === 'slo:error_budget:ratio' ? [labels!['slo']!] : [],
)

test('promtool takes the configuration and the rules', { skip }, async () => {
  await run('promtool', ['check', 'config', join(PROMETHEUS_FOLDER, 'prometheus.yml')])
  await run('promtool', ['check', 'rules', '--lint-fatal', ...filesOf('rules')])
})

test('the rules for Kubernetes are what `npm run operator-rules` writes', () => {
  assert.equal(readFileSync(OPERATOR_RULES, 'utf8'), operatorRules())
})

for (const file of filesOf('tests')) {
  test(`promtool finds alerts as ${file.slice(PROMETHEUS_FOLDER.length + 1)} says`, { skip }, async () => {
    await run('promtool', ['test', 'rules', file])
  })
}

test('every alert fires in a test', () => {
  const tests = filesOf('tests')
    .map(file => readFileSync(file, 'utf8'))
    .join('\n')
  const fired = new Set([...tests.matchAll(/labels: '\{?\w*\{?.*alertname="(\w+)"/g)].map(match => match[1]!))
  for (const [, name] of tests.matchAll(/alertname="(ErrorBudget\w+)"/g)) fired.add(name!)
  assert.deepEqual(
    alerts.map(({ alert }) => alert).filter(name => !fired.has(name)),
    [],
  )
})

test('every rule asks for series that services, other rules or Prometheus make', () => {
  const known = knownSeries()
  const asked = readRules().flatMap(({ record, alert, expr }) =>
    selectorsOf(expr).map(selector => ({ rule: record ?? alert, name: nameOf(selector) })),
  )
  assert.deepEqual(
    asked.filter(({ name }) => !known.has(name)),
    [],
  )
})

test('every alert has a severity, says what is the matter, and leads to its section of the runbook', () => {
  for (const { alert, labels = {}, annotations = {} } of alerts) {
    assert.match(labels['severity'] ?? '', /^(page|ticket)$/, alert)
    assert.notEqual(annotations['summary'] ?? '', '', alert)
    assert.notEqual(annotations['description'] ?? '', '', alert)
    const anchor = alert.startsWith('ErrorBudget') ? '{{ $labels.slo }}' : alert.toLowerCase()
    assert.equal(annotations['runbook_url'], `docs/operations/runbook.md#${anchor}`)
  }
})

test('the runbook has a section for every alert and every objective, and for nothing else', () => {
  const sections = headings(readDocument('docs/operations/runbook.md').text, 3)
  assert.deepEqual(sections.toSorted(), [...alerts.map(({ alert }) => alert), ...objectives].toSorted())
})

test('an objective has what went wrong, what there was, and its budget', () => {
  for (const record of ['slo:bad:rate5m', 'slo:total:rate5m']) {
    const named = readRules().flatMap(rule => (rule.record === record ? [rule.labels!['slo']!] : []))
    assert.deepEqual(named, objectives)
  }
})

test('what counts against availability is what HTTP answers by 5xx, a missing background aside', () => {
  const { expr } = readRules().find(({ labels }) => labels?.['slo'] === 'scoring-availability')!
  const spared = /outcome!~"([^"]+)"/.exec(expr)![1]!.split('|')
  const ofCallers = ERROR_CODES.filter(code => {
    const { status } = answerTo(new MillraceError(code, ''))
    return status < 500 || status === 501
  })
  assert.deepEqual(spared.toSorted(), ['ok', ...ofCallers].toSorted())
})
