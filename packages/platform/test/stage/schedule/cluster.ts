import { decodeCheckpoint, offsetOf, type StageOrder, type StateStore } from '@millrace/core'
import { MemoryNamespace, type NamespaceSnapshot, type SeededRandom } from '@millrace/testkit'
import { Member } from './member.ts'
import type { MemoryLog } from './memory-log.ts'
import { STAGES, type StagePlan } from './topology.ts'
import { settled } from './turns.ts'
import { Weather } from './weather.ts'
import type { Wiring } from './wiring.ts'

export interface ClusterOptions {
  readonly random: SeededRandom
  readonly order: StageOrder
  readonly wiring: Wiring
  readonly log: MemoryLog
  /** Redis never loses its last writes. Default false. */
  readonly isDurable?: boolean
  /** Nothing goes wrong at all. Default false. */
  readonly isCalm?: boolean
}

interface Group {
  readonly plan: StagePlan
  readonly members: Member[]
  /** Who a partition was given to last; others may still think that it is theirs. */
  readonly owners: Member[]
}

const REMEMBERED_SNAPSHOTS = 6

/** The processes of all stages, and what befalls them. */
export class Cluster {
  readonly namespace = new MemoryNamespace()
  readonly #options: ClusterOptions
  readonly #weather: Weather
  readonly #groups: readonly Group[]
  readonly #snapshots: NamespaceSnapshot[] = []
  readonly #later: (() => Promise<unknown>)[] = []

  constructor(options: ClusterOptions) {
    this.#options = options
    this.#weather = new Weather(options.random)
    this.#weather.stormy = options.isCalm !== true
    this.#groups = STAGES.map(plan => this.#startGroup(plan))
  }

  /** Lets one process go on by one await, after something may have gone wrong. */
  async step(): Promise<void> {
    const { random, isDurable = false } = this.#options
    const group = random.pick(this.#groups)
    this.#remember()
    if (this.#weather.strikes(0.015)) this.#takeOver(group)
    if (this.#weather.strikes(0.015)) this.#crash(group)
    if (!isDurable && this.#weather.strikes(0.004)) this.#rollBack()
    if (random.chance(0.05)) this.#tellOwners(group)
    if (random.chance(0.1)) await this.#later.shift()?.()
    random.pick(group.members).step()
    await settled()
  }

  /** Nothing goes wrong any more, and what is under way arrives. */
  async calmDown(): Promise<void> {
    this.#weather.stormy = false
    for (const work of this.#later.splice(0)) await work()
    for (const group of this.#groups) this.#tellOwners(group)
  }

  /** Every stage partition has stored that it handled all of its inputs. */
  async isDone(): Promise<boolean> {
    for (const { plan, owners } of this.#groups) {
      for (const partition of owners.keys()) if (!(await this.#isRead(plan, partition))) return false
    }
    return true
  }

  stop(): void {
    for (const { members } of this.#groups) for (const member of members) member.crash()
  }

  async #isRead({ name, inputs }: StagePlan, partition: number): Promise<boolean> {
    const { checkpoint, watermark } = await this.namespace.storeOf(name).load(partition)
    if (checkpoint === undefined) return false
    const { positions, logs } = decodeCheckpoint(checkpoint, watermark)
    const { log } = this.#options
    return inputs.every(
      ({ topic }, input) =>
        logs[input]?.topicId === log.idOf(topic) &&
        offsetOf(positions[input]!) === log.ends(topic).get(partition),
    )
  }

  #startGroup(plan: StagePlan): Group {
    const { log, random } = this.#options
    const members = Array.from({ length: random.integer(1, 2) }, () => this.#startMember(plan))
    const owners = [...log.ends(plan.inputs[0]!.topic).keys()].map(() => random.pick(members))
    for (const [partition, owner] of owners.entries()) owner.source.assign(partition)
    return { plan, members, owners }
  }

  #startMember(plan: StagePlan): Member {
    const store: StateStore = this.namespace.storeOf(plan.name)
    const later = (work: () => Promise<unknown>): void => void this.#later.push(work)
    return new Member({ ...this.#options, plan, store, later, weather: this.#weather })
  }

  /** A partition gets another owner, and the former one does not notice. */
  #takeOver({ plan, members, owners }: Group): void {
    const { random } = this.#options
    const partition = random.integer(0, owners.length - 1)
    if (members.length < 3) members.push(this.#startMember(plan))
    owners[partition] = random.pick(members)
    owners[partition].source.assign(partition)
  }

  #crash({ plan, members, owners }: Group): void {
    const place = this.#options.random.integer(0, members.length - 1)
    const crashed = members[place]!
    const successor = this.#startMember(plan)
    crashed.crash()
    members[place] = successor
    for (const [partition, owner] of owners.entries()) {
      if (owner !== crashed) continue
      owners[partition] = successor
      successor.source.assign(partition)
    }
  }

  /** Redis loses its last writes: all of it, or some nodes of a cluster. */
  #rollBack(): void {
    const { random } = this.#options
    const share = random.pick([0.3, 0.6, 1])
    this.namespace.restore(random.pick(this.#snapshots), () => random.chance(share))
  }

  /** Processes learn what was taken from them. */
  #tellOwners({ members, owners }: Group): void {
    for (const member of members) {
      for (const partition of member.source.partitions) {
        if (owners[partition] !== member) member.source.revoke(partition)
      }
    }
  }

  #remember(): void {
    const snapshot = this.namespace.snapshot()
    if (snapshot === this.#snapshots.at(-1)) return
    this.#snapshots.push(snapshot)
    if (this.#snapshots.length > REMEMBERED_SNAPSHOTS) this.#snapshots.shift()
  }
}
