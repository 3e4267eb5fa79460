import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { MillraceError } from '@millrace/core'
import { forEachSeed } from '@millrace/testkit'
import type { Aliases, AliasTarget, ModelRegistry } from '../../src/registry/model-registry.ts'
import { type WatchOptions, watchRegistry } from '../../src/registry/watch-registry.ts'

const EVERY = 1_000

/** What a look finds: what the aliases name, or that it fails. */
type Finding = Readonly<Record<string, AliasTarget>> | 'down'

/** A registry that finds one thing after the other; the last one for ever. */
function scripted(findings: readonly Finding[]): ModelRegistry & { looks: number } {
  const registry = {
    looks: 0,
    async aliases(): Promise<Aliases> {
      const finding = findings[Math.min(registry.looks++, findings.length - 1)]!
      if (finding === 'down') throw new MillraceError('MODEL_REGISTRY_UNAVAILABLE', 'down')
      return new Map(Object.entries(finding))
    },
  }
  return registry as unknown as ModelRegistry & { looks: number }
}

interface Watched {
  readonly told: Readonly<Record<string, AliasTarget>>[]
  readonly waits: number[]
  readonly troubles: unknown[]
  readonly states: unknown[]
}

/** Watches for so many looks, without waiting. */
async function watched(
  registry: ModelRegistry,
  looks: number,
  options: Partial<WatchOptions> = {},
): Promise<Watched> {
  const ending = new AbortController()
  const seen: Watched = { told: [], waits: [], troubles: [], states: [] }
  let now = 0
  const watch = watchRegistry({
    registry,
    model: 'fraud',
    every: EVERY,
    jitter: 0,
    now: () => ++now,
    signal: ending.signal,
    async wait(ms) {
      seen.waits.push(ms)
      seen.states.push(watch.state)
      if (seen.waits.length === looks) ending.abort()
    },
    onChange: aliases => void seen.told.push(Object.fromEntries(aliases)),
    onTrouble: error => seen.troubles.push(error),
    ...options,
  })
  await watch.ended
  return seen
}

const ONE = { champion: { version: '1' } }
const TWO = { champion: { version: '2' } }

test('what the aliases name is told at the first look and after each change, once', async () => {
  const canary = { ...TWO, canary: { version: '3', share: 0.1 } }
  const wider = { ...TWO, canary: { version: '3', share: 0.2 } }
  const { told } = await watched(scripted([ONE, ONE, TWO, canary, canary, wider, TWO, TWO]), 10)
  assert.deepStrictEqual(told, [ONE, TWO, canary, wider, TWO])
})

test('choosing the champion that was one by itself is no change', async () => {
  const { told } = await watched(scripted([{ champion: { version: '1', implicit: true } }, ONE]), 4)
  assert.equal(told.length, 1)
})

test('an outage takes nothing back, is waited out longer and longer, and is seen in the state', async () => {
  const findings: Finding[] = [ONE, 'down', 'down', 'down', 'down', 'down', 'down', 'down', TWO]
  const { told, waits, states, troubles } = await watched(scripted(findings), 10)
  assert.deepStrictEqual(told, [ONE, TWO])
  assert.equal(troubles.length, 7)
  const patience = [1, 1, 2, 4, 8, 16, 16, 16, 1, 1]
  assert.deepStrictEqual(
    waits,
    patience.map(times => times * EVERY),
  )
  assert.deepStrictEqual(states.slice(0, 3), [
    { reachable: true, lastLook: 1, failures: 0 },
    { reachable: false, lastLook: 1, failures: 1 },
    { reachable: false, lastLook: 1, failures: 2 },
  ])
  assert.deepStrictEqual(states.at(-1), { reachable: true, lastLook: 3, failures: 0 })
})

test('a watch that starts during an outage tells what was seen last, once', async () => {
  const registry = Object.assign(scripted(['down', 'down', ONE, TWO]), {
    lastAliases: async (): Promise<Aliases> => new Map(Object.entries(ONE)),
  })
  const { told, states } = await watched(registry, 5)
  assert.deepStrictEqual(told, [ONE, TWO])
  assert.deepStrictEqual(states[0], { reachable: false, lastLook: undefined, failures: 1 })
})

test('a wait lies within the jitter around the usual one', async () => {
  await forEachSeed(20, async random => {
    const { waits } = await watched(scripted([ONE]), 50, { jitter: 0.2, random: () => random.next() })
    assert.ok(waits.every(wait => wait >= 800 && wait <= 1_200))
    assert.ok(new Set(waits).size > 40)
  })
})

test('a version that is refused is not tried again until the aliases change', async () => {
  const told: unknown[] = []
  const refusal = new MillraceError('MODEL_INVALID', 'refused')
  const onChange = async (aliases: Aliases) => {
    told.push(aliases.get('champion')?.version)
    if (aliases.get('champion')?.version === '2') throw refusal
  }
  const { troubles } = await watched(scripted([ONE, TWO, TWO, TWO, ONE]), 6, { onChange })
  assert.deepStrictEqual(told, ['1', '2', '1'])
  assert.deepStrictEqual(troubles, [refusal])
})

test('a change that met trouble which may pass is told again', async () => {
  const told: unknown[] = []
  const onChange = async (aliases: Aliases) => {
    told.push(aliases.get('champion')?.version)
    if (told.length < 3) throw new MillraceError('MODEL_REGISTRY_UNAVAILABLE', 'the download failed')
  }
  await watched(scripted([ONE]), 5, { onChange })
  assert.deepStrictEqual(told, ['1', '1', '1'])
})

/** A watch that would wait for an hour, with its looks counted. */
async function patientWatch(t: TestContext, onChange: WatchOptions['onChange'] = () => {}) {
  const ending = new AbortController()
  t.after(() => ending.abort())
  const registry = scripted([ONE, TWO])
  const looked = new EventTarget()
  const told = Promise.withResolvers<void>()
  const watch = watchRegistry({
    registry,
    model: 'fraud',
    every: 3_600_000,
    signal: ending.signal,
    async onChange(aliases) {
      await onChange(aliases)
      looked.dispatchEvent(new Event(aliases.get('champion')!.version))
      told.resolve()
    },
  })
  return { watch, registry, looked, ending, told: told.promise }
}

test('a hint is followed by a look at once', { timeout: 60_000 }, async t => {
  const { watch, looked, told } = await patientWatch(t)
  await told
  const second = once(looked, '2')
  watch.hint()
  await second
})

test('a hint during a look is followed by another look', { timeout: 60_000 }, async t => {
  const gate = Promise.withResolvers<void>()
  const { watch, registry, looked } = await patientWatch(t, () => gate.promise)
  const second = once(looked, '2')
  watch.hint()
  watch.hint()
  gate.resolve()
  await second
  assert.equal(registry.looks, 2)
})

test('the end of a watch cuts its wait short', { timeout: 60_000 }, async t => {
  const { watch, ending, told } = await patientWatch(t)
  await told
  ending.abort()
  await watch.ended
})
