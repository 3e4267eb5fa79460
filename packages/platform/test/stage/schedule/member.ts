import { MillraceError, type StageOrder, type StageOutput, type StateStore } from '@millrace/core'
import type { SeededRandom } from '@millrace/testkit'
import type { StageInput } from '../../../src/stage/stage-input.ts'
import { StageLoop } from '../../../src/stage/stage-loop.ts'
import type { StageObserver } from '../../../src/stage/stage-observer.ts'
import { ListedOutbox } from '../listed-outbox.ts'
import { LogSource } from './log-source.ts'
import type { LoggedMessage, MemoryLog } from './memory-log.ts'
import type { LoggedRecord, Passage } from './passage.ts'
import { StormyStore } from './stormy-store.ts'
import { type Counts, RAW_STAGES, STAGES, type StagePlan } from './topology.ts'
import { Turns } from './turns.ts'
import type { Weather } from './weather.ts'
import type { Wiring } from './wiring.ts'

export interface MemberOptions {
  readonly plan: StagePlan
  readonly order: StageOrder
  readonly log: MemoryLog
  readonly store: StateStore
  readonly wiring: Wiring
  readonly weather: Weather
  readonly random: SeededRandom
  readonly later: (work: () => Promise<unknown>) => void
}

const LARGEST_BATCH = 2
const BATCHES_PER_ROUND = 3
/** So little that a write comes after every round and forgets what it can, or enough for some states, or for all. */
const CACHED_BYTES = [1, 1_500, 10_000]
/** The clock of a process goes on by up to this at each look: writes fall due every few rounds. */
const LONGEST_TICK_MS = 10
const SILENT: StageObserver = {
  handled() {},
  published() {},
  received() {},
  repeatsSkipped() {},
  phase() {},
  cached() {},
  refused() {},
  assigned() {},
  stands() {},
  committed() {},
  rebalanced() {},
  retrying() {},
  recovered() {},
  rebuilding() {},
  newEpoch() {},
  topicsMissing() {},
  heard() {},
  fetched() {},
}

/** One process of a stage: the real loop and tasks, on a log and a store whose answers come when the schedule says. */
export class Member {
  readonly source: LogSource
  readonly #options: MemberOptions
  readonly #turns: Turns
  readonly #loop: StageLoop<Passage, Counts>
  #elapsedMs = 0
  /** Ends the sleep or the wait of the loop, if it is in one. */
  #ring: (() => void) | undefined
  #error: unknown

  constructor(options: MemberOptions) {
    const { plan, log, random, order, wiring, weather, later } = options
    this.#options = options
    this.#turns = new Turns(random)
    const inputs = plan.inputs.map(({ topic }) => inputOf(topic, wiring))
    const store = new StormyStore({
      store: wiring.storeOf(options.store),
      turns: this.#turns,
      weather,
      later,
    })
    const stage = wiring.stageOf(plan, wiring.nameParent)
    const newId = (): string => String(random.next())
    const task = { stage, inputs: inputs.length, order, store, newId }
    this.source = new LogSource({
      log,
      random,
      topics: inputs.map(({ topic }) => topic),
      wiring,
      loadTask: partition => wiring.loadTask({ ...task, partition }),
    })
    this.#loop = new StageLoop({
      stage,
      inputs,
      store,
      source: this.source,
      limits: wiring.limitsOf(this.#limitParts(store)),
      outbox: new ListedOutbox(outputs => this.#publish(wiring.sort(outputs))),
      observer: SILENT,
      batchSize: LARGEST_BATCH,
      batchesPerRound: BATCHES_PER_ROUND,
      cachedBytes: random.pick(CACHED_BYTES),
      now: () => (this.#elapsedMs += random.integer(0, LONGEST_TICK_MS)),
      setTimer: ring => this.#setTimer(ring),
    })
    this.#loop.run().catch(error => {
      this.#error = error
    })
  }

  /** Goes on by one await, or wakes up. Throws what ended the loop. */
  step(): void {
    const { random } = this.#options
    if (this.#error !== undefined) throw this.#error
    if (random.chance(0.3)) this.source.fetch()
    if (!this.#turns.none) this.#turns.grant()
    else if (random.chance(0.1)) this.#loop.checkOwnership()
    else if (random.chance(0.3)) this.#ring?.()
    else this.#loop.wake()
  }

  /** The process is gone, whatever it was doing. */
  crash(): void {
    this.#turns.end()
    this.#loop.stop()
  }

  /** Time passes by steps alone, so that a schedule is the same on every machine. */
  #setTimer(ring: () => void): () => void {
    this.#ring = ring
    return () => {
      this.#ring = undefined
    }
  }

  #limitParts(store: StateStore): Parameters<Wiring['limitsOf']>[0] {
    const { plan, log, order } = this.#options
    return {
      store,
      order,
      upstream: plan.inputs.flatMap(({ upstream }) =>
        upstream === undefined ? [] : sourceOf(upstream, log),
      ),
      raw: RAW_STAGES.map(stage => sourceOf(stage, log)),
      readEnds: async () => {
        await this.#turns.next()
        const ends = plan.inputs.map(({ topic }) => log.ends(topic))
        await this.#turns.next()
        return ends
      },
    }
  }

  /** Each partition receives its outputs in order, the partitions among each other in any. */
  async #publish(outputs: readonly StageOutput[]): Promise<void> {
    const { log, random, weather } = this.#options
    const byPartition = Map.groupBy(outputs, ({ topic, key }) =>
      key === undefined ? 0 : log.place(topic, key as string),
    )
    while (byPartition.size > 0) {
      if (random.chance(0.4)) await this.#turns.next()
      if (weather.strikes(0.01)) throw new MillraceError('PUBLISH_FAILED', 'The broker is gone.')
      const partition = random.pick([...byPartition.keys()])
      const [first, ...rest] = byPartition.get(partition)!
      log.append(first!.topic, partition, first!.value as LoggedRecord)
      if (rest.length > 0) byPartition.set(partition, rest)
      else byPartition.delete(partition)
    }
    await this.#turns.next()
  }
}

function inputOf(topic: string, { decode }: Wiring): StageInput<Passage> {
  return {
    topic,
    decode: messages =>
      messages.map(message => decode((message as LoggedMessage).record, Number(message.offset))),
  }
}

function sourceOf(stage: string, log: MemoryLog): { stage: string; partitions: number } {
  const [input] = STAGES.find(({ name }) => name === stage)!.inputs
  return { stage, partitions: log.partitionsOf(input!.topic) }
}
