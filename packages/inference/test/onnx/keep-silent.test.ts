import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

const MODEL = join(import.meta.dirname, '../../../../pipelines/card-fraud/models/card_fraud/1/model.onnx')
const PROGRAM = join(import.meta.dirname, 'fixtures/load-model.ts')

/** What a process that loads a model leaves in its home: reports about it wait there to be sent. */
function leftBehind(given: Readonly<Record<string, string>>): readonly string[] {
  const home = mkdtempSync(join(tmpdir(), 'millrace-home-'))
  try {
    // ONNX Runtime reports nothing where CI is set.
    const { CI: _, XDG_CACHE_HOME: __, ORT_DISABLE_TELEMETRY: ___, ...env } = process.env
    execFileSync(process.execPath, [PROGRAM, MODEL], { env: { ...env, ...given, HOME: home } })
    return readdirSync(home)
  } finally {
    rmSync(home, { recursive: true })
  }
}

test('ONNX Runtime reports nothing to its maker', () => {
  assert.deepEqual(leftBehind({}), [])
})

test('who wants ONNX Runtime to report can say so', { skip: process.platform !== 'linux' }, () => {
  assert.deepEqual(leftBehind({ ORT_DISABLE_TELEMETRY: '0' }), ['.cache'])
})
