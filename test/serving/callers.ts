import { Agent, type IncomingMessage, request } from 'node:http'
import type { SeededRandom } from '@millrace/testkit'

/** What became of requests. */
export interface CallTally {
  answered: number
  cancelled: number
  /** What was not as it had to be, at the most ten of it. */
  readonly faults: string[]
  /** How long each answer took (ms). */
  readonly latencies: number[]
  /** Answers by the version that gave them. */
  readonly versions: Map<string, number>
}

export interface CallersOptions {
  readonly port: number
  readonly connections: number
  readonly random: SeededRandom
  /** The largest number of rows of a request. */
  readonly maxRows: number
  /** The share of requests whose caller goes away before the answer. */
  readonly cancelled: number
  /** Asked before each request. */
  readonly goOn: () => boolean
}

/** The row of every answer that begins at the place of the first. */
interface InferAnswer {
  readonly id: string
  readonly model_version: string
  readonly outputs: readonly [{ readonly shape: readonly number[]; readonly data: readonly number[] }]
}

/**
 * Lets so many callers ask the server of `server-process.ts` one after another, and checks that every answer is that of
 * its request: its id, its rows, each scored by the one version that the answer names.
 */
export async function call(options: CallersOptions): Promise<CallTally> {
  const tally: CallTally = { answered: 0, cancelled: 0, faults: [], latencies: [], versions: new Map() }
  const agent = new Agent({ keepAlive: true, maxSockets: options.connections })
  let next = 0
  const caller = async () => {
    while (options.goOn() && tally.faults.length < 10) await ask(agent, options, tally, next++)
  }
  await Promise.all(Array.from({ length: options.connections }, caller))
  agent.destroy()
  return tally
}

async function ask(agent: Agent, options: CallersOptions, tally: CallTally, number: number): Promise<void> {
  const { random } = options
  const rows = random.integer(1, options.maxRows)
  const values = Array.from({ length: rows }, (_, row) => [1 + ((number + row) % 1_000), row % 7])
  const isCancelled = random.chance(options.cancelled)
  const input = { name: 'features', shape: [rows, 2], datatype: 'FP32', data: values.flat() }
  const start = performance.now()
  try {
    const body = JSON.stringify({ id: String(number), inputs: [input] })
    const { status, text } = await post(
      agent,
      options.port,
      body,
      isCancelled ? random.next() * 3 : undefined,
    )
    tally.answered++
    tally.latencies.push(performance.now() - start)
    if (status !== 200) tally.faults.push(`${status} ${text}`)
    else check(JSON.parse(text), String(number), values, tally)
  } catch (error) {
    if (isCancelled) tally.cancelled++
    else tally.faults.push(String(error))
  }
}

function check(answer: InferAnswer, id: string, values: readonly number[][], tally: CallTally): void {
  const { model_version: version, outputs } = answer
  tally.versions.set(version, (tally.versions.get(version) ?? 0) + 1)
  const [{ shape, data }] = outputs
  const expected = values.flatMap(([a, b]) => {
    const score = Number(version) * a! + 10 * b!
    return [1 - score, score]
  })
  const isRight =
    answer.id === id && shape[0] === values.length && expected.every((value, i) => data[i] === value)
  if (!isRight) tally.faults.push(`request ${id} of version ${version} was answered with another's`)
}

/** @param cancelAfter ms after which the caller goes away */
function post(
  agent: Agent,
  port: number,
  body: string,
  cancelAfter: number | undefined,
): Promise<{ readonly status: number; readonly text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>()
  const headers = { 'content-length': Buffer.byteLength(body) }
  const sent = request({
    agent,
    port,
    host: '127.0.0.1',
    path: '/v2/models/linear/infer',
    method: 'POST',
    headers,
  })
  const timer =
    cancelAfter === undefined ? undefined : setTimeout(() => sent.destroy(new Error('gone')), cancelAfter)
  sent.on('error', reject)
  sent.on('response', (response: IncomingMessage) => {
    let text = ''
    response.setEncoding('utf8')
    response.on('data', part => {
      text += part
    })
    response.on('error', reject)
    response.on('end', () => {
      clearTimeout(timer)
      resolve({ status: response.statusCode!, text })
    })
  })
  sent.end(body)
  return promise
}
