import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { SERVICE_LAUNCH } from '@millrace/platform/launch'
import { openInline } from '../../packages/inference/src/onnx/inline-model.ts'
import { inTurn, mean, TURNS } from '../in-turn.ts'
import type { BenchOptions } from '../options.ts'
import { measure, report } from '../report.ts'
import { casesOf, requestOf, type ServingCase } from './cases.ts'
import { ServerChild } from './child.ts'
import type { Load, LoadResult } from './load.ts'
import { COLUMNS, readModelFile, rowsOf } from './model.ts'
import { startRival } from './rival.ts'

const CONNECTIONS = [1, 16, 64]
/** Requests a second. */
const PACE = 5_000

type RunLoad = (load: Load) => Promise<LoadResult>

/**
 * Scores over HTTP: CPU of the server for a request, requests a second and latency, beside what they cannot be cheaper
 * than: fastify giving back the same body, and the model on the same rows, in the thread that has them.
 */
export async function benchServing({ quick, cpuProfiles, rival }: BenchOptions): Promise<void> {
  const loader = fork(join(import.meta.dirname, 'load-process.ts'))
  const ended = once(loader, 'exit').then(() => Promise.reject(new Error('the load ended')))
  const load: RunLoad = async ({ request, ...rest }) => {
    loader.send({ ...rest, request: request.toString('base64') })
    return (await Promise.race([once(loader, 'message'), ended]))[0] as LoadResult
  }
  const servers: ServerChild[] = []
  try {
    const echo = await startServer(['echo'], undefined)
    const millrace = await startServer([], cpuProfiles)
    servers.push(echo, millrace)
    if (rival) servers.push(await startRival())
    const requests = quick ? 3_000 : 60_000
    for (const rows of [1, 100]) await benchModel(rows, quick ? 2_000 : 10_000)
    for (const connections of CONNECTIONS) await benchCases(servers, load, 1, connections, requests)
    await benchCases(servers, load, 100, 16, Math.ceil(requests / 5))
    await benchPace(millrace, load, quick ? 5 : 30)
  } finally {
    ended.catch(() => {})
    if (loader.connected) loader.disconnect()
    for (const server of servers) await server.stop()
  }
}

async function startServer(args: readonly string[], cpuProfiles: string | undefined): Promise<ServerChild> {
  const folder = cpuProfiles && resolve(cpuProfiles, 'serving')
  if (folder !== undefined) await mkdir(folder, { recursive: true })
  const profiling = folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`]
  const script = join(import.meta.dirname, 'server.ts')
  return ServerChild.start(
    process.execPath,
    [...SERVICE_LAUNCH.flags, ...profiling, script, ...args],
    SERVICE_LAUNCH.env,
  )
}

/** The model alone. */
async function benchModel(rows: number, runs: number): Promise<void> {
  const model = await openInline({ onnx: await readModelFile() })
  const values = Float32Array.from(rowsOf(rows))
  const runAll = async (): Promise<void> => {
    for (let i = 0; i < runs; i++) {
      await model.run([{ datatype: 'FP32', shape: [rows, COLUMNS], data: values.slice() }])
    }
  }
  await runAll()
  const { cpuUs } = await measure(runs, runAll)
  report('serving', `floor.onnx.rows_${rows}.cpu`, cpuUs, 'us/request')
  await model.release()
}

async function benchCases(
  [echo, millrace, rival]: readonly ServerChild[],
  load: RunLoad,
  rows: number,
  connections: number,
  requests: number,
): Promise<void> {
  const suffix = `rows_${rows}.connections_${connections}`
  for (const servingCase of casesOf(rows)) {
    const { name } = servingCase
    const contenders = [
      contender(`floor.echo.${name}.${suffix}`, echo!, { ...servingCase, path: '/echo' }),
      contender(`${name}.${suffix}`, millrace!, servingCase),
    ]
    if (rival !== undefined && name === 'predict')
      contenders.push(contender(`fastapi.${name}.${suffix}`, rival, { ...servingCase, path: '/predict' }))
    const [, ours, theirs] = await benchInTurn(contenders, load, { connections, requests })
    if (theirs !== undefined)
      report('serving', `${name}.${suffix}.rate_over_fastapi`, ours!.rate / theirs.rate, 'ratio')
  }
}

/** A server that is asked the same as others. */
interface Contender {
  readonly name: string
  readonly server: ServerChild
  readonly given: Pick<Load, 'url' | 'request'>
}

function contender(name: string, server: ServerChild, servingCase: ServingCase): Contender {
  return { name, server, given: { url: server.url, request: requestOf(servingCase) } }
}

/** Asks servers in turn. Of each it reports CPU and rate over all its turns, and the medians of its turns' latencies. */
async function benchInTurn(
  contenders: readonly Contender[],
  load: RunLoad,
  { connections, requests }: { readonly connections: number; readonly requests: number },
): Promise<readonly LoadResult[]> {
  const perTurn = Math.ceil(requests / TURNS)
  // As many before, since code that is new is slow.
  for (const { given } of contenders) await load({ ...given, connections, requests })
  const turns = await inTurn(
    contenders.map(({ server, given }) => async () => {
      const before = await server.cpu()
      const result = await load({ ...given, connections, requests: perTurn })
      return { cpu: (await server.cpu()) - before, ...result }
    }),
  )
  return contenders.map(({ name }, i) => {
    const results = turns[i]!
    const result = {
      rate: 1 / mean(results.map(({ rate }) => 1 / rate)),
      p50: median(results.map(({ p50 }) => p50)),
      p99: median(results.map(({ p99 }) => p99)),
    }
    reportLoad(name, mean(results.map(({ cpu }) => cpu)) / perTurn, result)
    return result
  })
}

/** @param cpu of one request (µs) */
function reportLoad(name: string, cpu: number, { rate, p50, p99 }: LoadResult): void {
  report('serving', `${name}.cpu`, cpu, 'us/request')
  report('serving', `${name}.rate`, rate, 'requests/s')
  report('serving', `${name}.p50`, p50, 'ms')
  report('serving', `${name}.p99`, p99, 'ms')
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}

/** Requests that come at a fixed rate, as they do in life: how long their answers take, and how late the loop is. */
async function benchPace(server: ServerChild, load: RunLoad, seconds: number): Promise<void> {
  const servingCase = casesOf(1).find(({ name }) => name === 'infer')!
  const given = { url: server.url, request: requestOf(servingCase), connections: 64, pace: PACE }
  await load({ ...given, requests: PACE })
  await server.loop()
  const before = await server.cpu()
  const result = await load({ ...given, requests: seconds * PACE })
  const name = `infer.rows_1.pace_${PACE}`
  reportLoad(name, ((await server.cpu()) - before) / (seconds * PACE), result)
  const loop = await server.loop()
  report('serving', `${name}.loop_late_p99`, loop.p99, 'ms')
  report('serving', `${name}.loop_late_max`, loop.max, 'ms')
}
