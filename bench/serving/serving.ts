import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { SERVICE_LAUNCH } from '@millrace/platform/launch'
import { type InlineModel, openInline } from '../../packages/inference/src/onnx/inline-model.ts'
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

/** What the cases are asked of. */
interface Served {
  /** An echo, this server, and a rival where one is measured. */
  readonly servers: readonly ServerChild[]
  readonly model: InlineModel
  readonly load: RunLoad
}

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
  const model = await openInline({ onnx: await readModelFile() })
  const servers: ServerChild[] = []
  try {
    const echo = await startServer(['echo'], undefined)
    const millrace = await startServer([], cpuProfiles)
    servers.push(echo, millrace)
    if (rival) servers.push(await startRival())
    const served = { servers, model, load }
    const requests = quick ? 3_000 : 60_000
    for (const connections of CONNECTIONS) await benchCases(served, 1, connections, requests)
    await benchCases(served, 100, 16, Math.ceil(requests / 5))
    await benchPace(millrace, load, quick ? 5 : 30)
  } finally {
    ended.catch(() => {})
    if (loader.connected) loader.disconnect()
    for (const server of servers) await server.stop()
    await model.release()
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

/** Asks for the same rows in each form: the floors, this server and the rival in turn. */
async function benchCases(
  { servers, model, load }: Served,
  rows: number,
  connections: number,
  requests: number,
): Promise<void> {
  const [echo, millrace, rival] = servers
  const suffix = `rows_${rows}.connections_${connections}`
  const asked = (name: string, server: ServerChild, given: ServingCase): Contender => ({
    name,
    turn: turnOf(server, load, { url: server.url, request: requestOf(given), connections }),
  })
  for (const servingCase of casesOf(rows)) {
    const name = `${servingCase.name}.${suffix}`
    const contenders = [
      { name: `floor.onnx.${name}`, turn: modelTurn(model, rows) },
      asked(`floor.echo.${name}`, echo!, { ...servingCase, path: '/echo' }),
      asked(name, millrace!, servingCase),
    ]
    if (rival !== undefined && servingCase.name === 'predict')
      contenders.push(asked(`fastapi.${name}`, rival, { ...servingCase, path: '/predict' }))
    const [onnx, same, ours, theirs] = await benchInTurn(contenders, requests)
    report('serving', `${name}.cpu_over_floors`, ours!.cpu / (onnx!.cpu + same!.cpu), 'ratio')
    if (theirs !== undefined)
      report('serving', `${name}.rate_over_fastapi`, ours!.load!.rate / theirs.load!.rate, 'ratio')
  }
}

/** What requests came to. */
interface Turn {
  /** Of one request (µs). */
  readonly cpu: number
  /** Undefined for what is no server. */
  readonly load?: LoadResult | undefined
}

/** Something that is asked the same as others. */
interface Contender {
  readonly name: string
  readonly turn: (requests: number) => Promise<Turn>
}

function turnOf(server: ServerChild, load: RunLoad, given: Omit<Load, 'requests'>): Contender['turn'] {
  return async requests => {
    const before = await server.cpu()
    const result = await load({ ...given, requests })
    return { cpu: ((await server.cpu()) - before) / requests, load: result }
  }
}

/** The model alone. */
function modelTurn(model: InlineModel, rows: number): Contender['turn'] {
  const values = Float32Array.from(rowsOf(rows))
  return async requests => {
    const { cpuUs } = await measure(requests, async () => {
      for (let i = 0; i < requests; i++)
        await model.run([{ datatype: 'FP32', shape: [rows, COLUMNS], data: values.slice() }])
    })
    return { cpu: cpuUs }
  }
}

/** Asks in turn. Of each it reports CPU and rate over all its turns, and the medians of its turns' latencies. */
async function benchInTurn(contenders: readonly Contender[], requests: number): Promise<readonly Turn[]> {
  const perTurn = Math.ceil(requests / TURNS)
  // As many before, since code that is new is slow.
  for (const { turn } of contenders) await turn(requests)
  const turns = await inTurn(
    contenders.map(
      ({ turn }) =>
        () =>
          turn(perTurn),
    ),
  )
  return contenders.map(({ name }, i) => {
    const all = {
      cpu: mean(turns[i]!.map(({ cpu }) => cpu)),
      load: resultOf(turns[i]!.flatMap(({ load }) => load ?? [])),
    }
    reportTurn(name, all)
    return all
  })
}

function resultOf(results: readonly LoadResult[]): LoadResult | undefined {
  if (results.length === 0) return undefined
  return {
    rate: 1 / mean(results.map(({ rate }) => 1 / rate)),
    p50: median(results.map(({ p50 }) => p50)),
    p99: median(results.map(({ p99 }) => p99)),
  }
}

function reportTurn(name: string, { cpu, load }: Turn): void {
  report('serving', `${name}.cpu`, cpu, 'us/request')
  if (load === undefined) return
  report('serving', `${name}.rate`, load.rate, 'requests/s')
  report('serving', `${name}.p50`, load.p50, 'ms')
  report('serving', `${name}.p99`, load.p99, 'ms')
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}

/** Requests that come at a fixed rate, as they do in life: how long their answers take, and how late the loop is. */
async function benchPace(server: ServerChild, load: RunLoad, seconds: number): Promise<void> {
  const servingCase = casesOf(1).find(({ name }) => name === 'infer')!
  const given = { url: server.url, request: requestOf(servingCase), connections: 64, pace: PACE }
  const turn = turnOf(server, load, given)
  await turn(PACE)
  await server.loop()
  const name = `infer.rows_1.pace_${PACE}`
  reportTurn(name, await turn(seconds * PACE))
  const loop = await server.loop()
  report('serving', `${name}.loop_late_p99`, loop.p99, 'ms')
  report('serving', `${name}.loop_late_max`, loop.max, 'ms')
}
