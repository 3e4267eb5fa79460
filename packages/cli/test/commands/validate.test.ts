import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { templateProject } from '../project.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** Runs `millrace validate` in a folder. */
async function validate(cwd: string, ...args: readonly string[]) {
  const { promise, resolve } = Promise.withResolvers<{ code: number; stdout: string; stderr: string }>()
  const child = execFile(process.execPath, [MAIN, 'validate', ...args], { cwd }, (_, stdout, stderr) =>
    resolve({ code: child.exitCode!, stdout, stderr }),
  )
  return promise
}

test('a pipeline without faults is shown, from the working directory', async t => {
  const { code, stdout, stderr } = await validate(await templateProject(t), '--partitions', '8')
  assert.deepStrictEqual([code, stderr], [0, ''])
  assert.match(stdout, /^Pipeline machine-wear, version 1/)
  assert.match(stdout, /machine-wear\.v1\.vectors +vectors +machineId +8 /)
  assert.match(stdout, /Remark: "millrace model" or "millrace dev" will write version 1/)
})

test('every fault of a declaration is listed, with exit code 1', async t => {
  const folder = await templateProject(t)
  const file = join(folder, 'pipeline.ts')
  const text = await readFile(file, 'utf8')
  await writeFile(
    file,
    text.replace("name: 'site'", "name: 'Site'").replace("id: 'reportId'", "id: 'number'"),
  )
  assert.deepStrictEqual(await validate(folder), {
    code: 1,
    stdout: '',
    stderr: [
      'DECLARATION_INVALID: The pipeline cannot be used:',
      '- feature view "Site": use lower-case letters, digits, _ and -, starting with a letter',
      '- event type "repair": its id "number" is not one of its fields',
      '',
    ].join('\n'),
  })
})

test('what is wrong with the model is listed below the plan, with exit code 1', async t => {
  const folder = await templateProject(t)
  await writeFile(join(folder, 'rule.ts'), 'export const rule = { intercept: NaN, weights: { speed: 1 } }\n')
  const { code, stdout, stderr } = await validate(folder)
  assert.equal(code, 1)
  assert.match(stdout, /^Pipeline machine-wear/)
  assert.equal(
    stderr,
    `\n2 faults:\n- rule.ts: its intercept is no finite number\n- rule.ts: its weight "speed" is none of the model's inputs\n`,
  )
})
