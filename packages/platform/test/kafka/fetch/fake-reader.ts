import type { TestContext } from 'node:test'
import type { Fetched, FetchSource, LogPosition, Wanted } from '../../../src/kafka/fetch/fetch-source.ts'
import { Fetcher, type FetcherOptions } from '../../../src/kafka/fetch/fetcher.ts'
import type { FakeBrokers } from './fake-brokers.ts'

/** Wants every partition from where it stands, except those that it leaves out, and keeps what it is told. */
export class FakeReader implements FetchSource {
  readonly told: unknown[][] = []
  readonly leftOut = new Set<string>()
  /** How often it was told to handle what it took. */
  arrivals = 0
  readonly #next: Map<string, number>

  constructor(next: Readonly<Record<string, number>>) {
    this.#next = new Map(Object.entries(next))
  }

  wanted(): Wanted {
    const positions = [...this.#next]
      .filter(([name]) => !this.leftOut.has(name))
      .map(([name, offset]) => {
        const [topic, partition] = name.split('/') as [string, string]
        return { topic, partition: Number(partition), offset }
      })
    return { positions, moreSoon: this.leftOut.size > 0 }
  }

  take({ topic, partition, offset, records, next, end }: Fetched): void {
    this.#next.set(`${topic}/${partition}`, next)
    const values = records.map(({ value }) => String(value)).join('')
    this.told.push(['take', `${topic}/${partition}@${offset}`, values, next, end])
  }

  arrived(): void {
    this.arrivals++
  }

  outOfRange({ topic, partition, offset }: LogPosition): void {
    this.told.push(['outOfRange', `${topic}/${partition}@${offset}`])
  }

  heard(): void {
    this.told.push(['heard'])
  }

  fail(error: unknown): void {
    this.told.push(['fail', (error as { code?: string }).code])
  }
}

/** A fetcher at work, which ends with the test. */
export function startFetcher(
  t: TestContext,
  options: FetcherOptions & { readonly cluster: FakeBrokers; readonly source: FakeReader },
): Fetcher {
  const fetcher = new Fetcher(options)
  fetcher.wake()
  t.after(async () => {
    const stopped = fetcher.stop()
    options.cluster.release()
    await stopped
  })
  return fetcher
}
