import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { endProcesses, identify, isAlive } from '../../src/local-stack/process-identity.ts'
import { idleProcess } from './helpers.ts'

test('a process keeps its identity', () => {
  assert.deepEqual(identify(process.pid), identify(process.pid))
  assert.equal(identify(process.pid)?.pid, process.pid)
})

test('a process that has ended has no identity', async t => {
  const { child, pid, startTime } = await idleProcess(t)
  child.kill('SIGKILL')
  await once(child, 'exit')
  assert.equal(identify(pid), undefined)
  assert.equal(isAlive({ pid, startTime }), false)
})

test('endProcesses ends a process in order', async t => {
  const idle = await idleProcess(t, "process.on('SIGTERM', () => process.exit(7))")
  const exit = once(idle.child, 'exit')
  await endProcesses([idle])
  assert.deepEqual(await exit, [7, null])
})

test('endProcesses kills what ignores SIGTERM beyond the grace period', async t => {
  const idle = await idleProcess(t, "process.on('SIGTERM', () => {})")
  const exit = once(idle.child, 'exit')
  await endProcesses([idle], 50)
  assert.deepEqual(await exit, [null, 'SIGKILL'])
})

test('endProcesses leaves a process alone that has only the same pid', async t => {
  const { pid, startTime } = await idleProcess(t)
  await endProcesses([{ pid, startTime: `${startTime}0` }], 0)
  assert.equal(isAlive({ pid, startTime }), true)
})
