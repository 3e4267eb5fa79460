import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { MillraceError } from '@millrace/core'
import { ModelHost, type ModelHostOptions } from '../../src/served/model-host.ts'
import { type FakeVersion, fakeVersion } from './fake-version.ts'

const INVALID = new MillraceError('MODEL_INVALID', 'its sample scores otherwise')
const AWAY = new MillraceError('STORE_UNAVAILABLE', 'away')

function open(t: TestContext, options: Partial<ModelHostOptions<FakeVersion>> = {}) {
  const loaded: FakeVersion[] = []
  const failures = new Map<string, MillraceError>()
  const events: string[] = []
  const host = new ModelHost<FakeVersion>({
    name: 'fraud',
    async load(version) {
      const failure = failures.get(version)
      if (failure !== undefined) throw failure
      const at = fakeVersion(version, 10)
      loaded.push(at)
      return at
    },
    linger: 1,
    onEvent: event =>
      void events.push([event.kind, event.version, 'role' in event ? event.role : ''].join(' ').trim()),
    ...options,
  })
  t.after(() => host.unload())
  const apply = (roles: Record<string, string>) =>
    host.apply(new Map(Object.entries(roles).map(([role, version]) => [role, { version }])))
  const serving = () => host.answering.identity.version
  return { host, apply, serving, loaded, failures, events }
}

/** Waits until something holds. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(5)
}

test('a new version takes the place of the one before, which stays until the new one is trusted', async t => {
  const { apply, serving, loaded, events } = open(t, { probation: { duration: 1 } })
  await apply({ champion: '1' })
  assert.equal(serving(), '1')
  await apply({ champion: '2' })
  assert.equal(serving(), '2')
  assert.equal(loaded[0]!.closed, false)
  await until(() => loaded[0]!.closed)
  assert.deepStrictEqual(events, [
    'loaded 1',
    'serving 1 champion',
    'loaded 2',
    'serving 2 champion',
    'released 1',
  ])
})

test('a version that is refused leaves the one before in its place, and says why', async t => {
  const { host, apply, serving, failures } = open(t)
  await apply({ champion: '1' })
  failures.set('2', INVALID)
  await apply({ champion: '2' })
  assert.equal(serving(), '1')
  assert.deepStrictEqual(host.index(), [
    { name: 'fraud', version: '1', state: 'READY', reason: '' },
    { name: 'fraud', version: '2', state: 'UNAVAILABLE', reason: 'its sample scores otherwise' },
  ])
  failures.clear()
  await apply({ champion: '2' })
  assert.equal(serving(), '1', 'the same version is not tried again by itself')
  await apply({ champion: '1' })
  await apply({ champion: '2' })
  assert.equal(serving(), '2', 'it is when it was chosen anew')
})

test('the first version that is refused fails the start', async t => {
  const { apply, failures } = open(t)
  failures.set('1', INVALID)
  await assert.rejects(apply({ champion: '1' }), INVALID)
})

test('what a repetition may mend is told, and tried again', async t => {
  const { apply, serving, failures } = open(t)
  await apply({ champion: '1' })
  failures.set('2', AWAY)
  await assert.rejects(apply({ champion: '2' }), AWAY)
  assert.equal(serving(), '1')
  failures.clear()
  await apply({ champion: '2' })
  assert.equal(serving(), '2')
})

for (const [fault, spoil, reason] of [
  ['fails', (at: FakeVersion) => at.counter.failed(1), /5 of its first 20 requests failed/],
  ['is slow', (at: FakeVersion) => at.counter.succeeded(1, 1, 11), /5 of its first 20 answers took longer/],
] as const) {
  test(`a version that ${fault} on probation gives its place back at once`, async t => {
    const { host, apply, serving, loaded, events } = open(t)
    await apply({ champion: '1', shadow: '1' })
    await apply({ champion: '2', shadow: '2' })
    for (let i = 0; i < 15; i++) loaded[1]!.counter.succeeded(1, 1, 2)
    for (let i = 0; i < 5; i++) spoil(loaded[1]!)
    await until(() => serving() === '1')
    assert.equal(host.roleOf('shadow'), undefined)
    await until(() => loaded[1]!.closed)
    assert.equal(loaded[0]!.closed, false)
    assert.match(host.index().find(entry => entry.version === '2')!.reason, reason)
    assert.ok(events.includes('rolled-back 2'))
  })
}

test('roles that are taken away are vacant, but somebody always answers', async t => {
  const { host, apply, serving, loaded } = open(t)
  await apply({ champion: '1', canary: '2', shadow: '3' })
  assert.deepStrictEqual(host.versions, ['1', '2', '3'])
  await apply({ champion: '1' })
  assert.equal(host.roleOf('canary'), undefined)
  await until(() => loaded[1]!.closed && loaded[2]!.closed)
  await apply({})
  assert.equal(serving(), '1')
  assert.throws(() => host.version('2'), { code: 'NOT_FOUND' })
})

test('a reload brings the same version in anew; one that fails leaves what serves', async t => {
  const { host, apply, loaded, failures } = open(t, { probation: { duration: 1 } })
  await apply({ champion: '1' })
  await host.reload()
  assert.equal(host.answering, loaded[1])
  assert.equal(host.version('1'), loaded[1])
  await until(() => loaded[0]!.closed)
  failures.set('1', INVALID)
  await host.reload()
  assert.equal(host.answering, loaded[1])
  assert.equal(host.version('1'), loaded[1])
  assert.equal(loaded[1]!.closed, false)
})

test('an unloaded model answers nobody until it is loaded again', async t => {
  const { host, apply, serving, loaded } = open(t)
  await apply({ champion: '1' })
  await host.unload()
  assert.equal(loaded[0]!.closed, true)
  assert.throws(serving, { code: 'MODEL_UNAVAILABLE' })
  await host.reload()
  assert.equal(serving(), '1')
})

test('with quick changes no more than a few versions stay in memory', async t => {
  const { apply, loaded } = open(t, { linger: 60_000 })
  for (let version = 1; version <= 50; version++) await apply({ champion: String(version) })
  await until(() => loaded.filter(at => !at.closed).length <= 4)
})
