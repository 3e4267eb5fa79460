import type { LogIdentity, LogMark } from '@millrace/core'
import { crc32c } from '@node-rs/crc32'
import type { RawMessage } from './stage-input.ts'

const NOTHING = Buffer.alloc(0)

/** What tells a record from another one that stands at its offset. */
export function markOf({ offset, timestamp, key, value }: RawMessage): LogMark {
  return { offset, timestamp, checksum: crc32c(value ?? NOTHING, crc32c(key ?? NOTHING)) }
}

interface Noted {
  readonly position: number
  readonly mark: LogMark
}

/** The logs that the inputs of a stage partition are read from, and records of each by which they are known again. */
export class ReadLogs {
  readonly #logs: LogIdentity[]
  /** Per input, marks above the one of its log, in the order of their positions. */
  readonly #noted: Noted[][]

  constructor(logs: readonly LogIdentity[]) {
    this.#logs = [...logs]
    this.#noted = logs.map(() => [])
  }

  identity(input: number): LogIdentity {
    return this.#logs[input]!
  }

  /** Whatever was read of an input before is of the topic with this id, or of another one, of which nothing is known. */
  begin(input: number, topicId: string | undefined, isAnew: boolean): void {
    const { mark } = this.#logs[input]!
    this.#logs[input] = {
      ...(topicId === undefined ? {} : { topicId }),
      ...(mark === undefined || isAnew ? {} : { mark }),
    }
  }

  /** A message was read of an input; not every one needs to be noted. */
  note(input: number, position: number, message: RawMessage): void {
    this.#noted[input]!.push({ position, mark: markOf(message) })
  }

  /** The logs, each with the newest mark that is below the position of its input. */
  identities(positions: readonly number[]): readonly LogIdentity[] {
    for (const [input, noted] of this.#noted.entries()) {
      const above = noted.findIndex(({ position }) => position >= positions[input]!)
      const below = noted.splice(0, above < 0 ? noted.length : above).at(-1)
      if (below !== undefined) this.#logs[input] = { ...this.#logs[input], mark: below.mark }
    }
    return this.#logs
  }
}
