import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'

const LISTS_LIBRARIES = `
  await import('@millrace/inference')
  console.log(process.report.getReport().sharedObjects.join('\\n'))
`

test('who opens no model does not load ONNX Runtime', async () => {
  const args = ['--input-type=module', '--eval', LISTS_LIBRARIES]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname })
  assert.match(stdout, /\S/)
  assert.doesNotMatch(stdout, /onnxruntime/)
})
