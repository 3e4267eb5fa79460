import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ERROR_CODES, fateOf, MillraceError, REASON_CODES } from '@millrace/core'
import { registrySettings } from '@millrace/inference'
import { CATALOGUE, describeMetrics } from '@millrace/platform/metrics'
import { ingestorConfig } from '../../services/ingestor/src/config.ts'
import { scorerConfig } from '../../services/scorer/src/config.ts'
import {
  brokenLinks,
  headings,
  missingPaths,
  readDocument,
  readDocuments,
  section,
  tableKeys,
} from './documents.ts'
import { readSources, variableNames } from './sources.ts'

for (const document of readDocuments()) {
  test(`every relative link of ${document.path} leads to a file and a heading that are there`, () => {
    assert.deepEqual(brokenLinks(document), [])
  })

  test(`every path of the repository that ${document.path} names is there`, () => {
    assert.deepEqual(missingPaths(document), [])
  })
}

const errors = readDocument('docs/errors.md').text

test('docs/errors.md has a paragraph for every error code, and for no other', () => {
  assertSameNames(headings(section(errors, 'Error codes'), 3), ERROR_CODES)
})

test('docs/errors.md gives every error code the fate that it has', () => {
  const written = [...section(errors, 'Error codes').matchAll(/^### (\w+)\nFate: ([a-z-]+)\./gm)]
  const fates = Object.fromEntries(ERROR_CODES.map(code => [code, fateOf(new MillraceError(code, ''))]))
  assert.deepEqual(Object.fromEntries(written.map(([, code, fate]) => [code, fate])), fates)
})

test('docs/errors.md has a paragraph for every reason code, and for no other', () => {
  assertSameNames(headings(section(errors, 'Reason codes'), 3), REASON_CODES)
})

test('docs/configuration.md has a row for every variable of the services, and for no other', () => {
  const { text } = readDocument('docs/configuration.md')
  const documented = ['Services', 'Model registry'].flatMap(heading => tableKeys(section(text, heading)))
  const shapes = [ingestorConfig.shape, scorerConfig.shape, registrySettings]
  const read = shapes.flatMap(shape => Object.keys(shape))
  assertSameNames(documented, [...new Set(read)])
})

test('docs/configuration.md has a row for every variable that is read elsewhere, and for no other', () => {
  const { text } = readDocument('docs/configuration.md')
  const sources = readSources(
    '{packages,services}/*/src/**/*.ts',
    'test/{harness,integration,integrity,operations,parity,trouble}/**/*.ts',
  )
  const given = [...sources.join('\n').matchAll(/givenBy: '([A-Z_]+)'/g)].map(match => match[1]!)
  const documented = ['Command line and local stack', 'Tests'].flatMap(heading =>
    tableKeys(section(text, heading)),
  )
  assertSameNames(documented, [...new Set([...variableNames(sources), ...given])])
})

test('docs/metrics.md shows the catalogue of metrics: else run "npm run -s millrace -- metrics > docs/metrics.md"', () => {
  assert.equal(readDocument('docs/metrics.md').text, describeMetrics(CATALOGUE))
})

function assertSameNames(actual: readonly string[], expected: readonly string[]): void {
  assert.deepEqual(actual.toSorted(), expected.toSorted())
}
