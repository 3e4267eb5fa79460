import { MillraceError } from '@millrace/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type Check, judge, type Verdict } from '../lifecycle/checks.ts'
import type { Health } from '../lifecycle/health.ts'
import { described, type RouteDescription } from './openapi/describe-route.ts'
import { describeChecks } from './probe-text.ts'

const REASONS = z.array(z.string()).describe('What is wrong, each by `check: reason`.')
const DEGRADED = z.array(z.string()).describe('What is missing, and done without.')

const READINESS = z
  .strictObject({ ready: z.boolean(), reasons: REASONS, degraded: DEGRADED })
  .meta({ id: 'Readiness' })

const ALIVE = z.strictObject({ live: z.literal(true) })
const FAILED = z.strictObject({ live: z.literal(false), reasons: REASONS })

const TEXT = { type: 'text/plain' }

/** One of the two questions that those who run a service ask it. */
interface Probe {
  /** As in `livez check passed`. */
  readonly name: string
  readonly paths: readonly string[]
  readonly description: Pick<RouteDescription, 'summary' | 'answers'>
  readonly checks: () => readonly Check[]
  readonly bodyOf: (verdict: Verdict) => object
}

/**
 * Adds `/livez` and `/readyz`, each also for one check alone (`/readyz/redis`), as the Kubernetes API server has them:
 * the status decides, `?verbose` answers a line for each check, `?exclude=redis` leaves one out.
 */
export function addHealthRoutes(app: FastifyInstance, health: Health): void {
  addProbe(app, {
    name: 'livez',
    paths: ['/livez', '/healthz'],
    description: {
      summary: 'Whether the process works, or only a new one would.',
      answers: { 200: [ALIVE, TEXT], 503: [FAILED, TEXT] },
    },
    checks: () => health.liveness.list(),
    bodyOf: ({ ok, reasons }) => (ok ? { live: true } : { live: false, reasons }),
  })
  addProbe(app, {
    name: 'readyz',
    paths: ['/readyz'],
    description: {
      summary: 'Whether the service does its work.',
      answers: { 200: [READINESS, TEXT], 503: [READINESS, TEXT] },
    },
    checks: () => health.readiness.list(),
    bodyOf: ({ ok, reasons, degraded }) => ({ ready: ok, reasons, degraded }),
  })
}

interface ProbeRequest {
  readonly Params: { readonly check?: string }
  readonly Querystring: { readonly verbose?: string; readonly exclude?: string | readonly string[] }
}

const VERBOSE = { verbose: 'If it is there: a line of text for each check.' }
const EXCLUDE = { exclude: 'A check that is left out; may be given several times.' }

function addProbe(app: FastifyInstance, probe: Probe): void {
  const route = { scope: 'open', tag: 'operation', ...probe.description } as const
  for (const path of probe.paths) {
    app.get<ProbeRequest>(path, described({ ...route, query: { ...VERBOSE, ...EXCLUDE } }), answer)
    const ofOne = { ...route, summary: `${route.summary.slice(0, -1)}, by one check.` }
    const one = described({ ...ofOne, path: { check: 'The name of the check.' }, query: VERBOSE })
    app.get<ProbeRequest>(`${path}/:check`, one, answer)
  }

  function answer({ params, query }: FastifyRequest<ProbeRequest>, reply: FastifyReply): FastifyReply {
    const excluded = [query.exclude ?? []].flat()
    const checks = checksOf(probe, params.check)
    const verdict = judge(checks.filter(({ name }) => !excluded.includes(name)))
    reply.code(verdict.ok ? 200 : 503)
    if (query.verbose === undefined) return reply.send(probe.bodyOf(verdict))
    return reply.type('text/plain; charset=utf-8').send(describeChecks(probe.name, checks, excluded))
  }
}

/** All checks of a probe, or one. Throws NOT_FOUND. */
function checksOf({ checks, name: probe }: Probe, name: string | undefined): readonly Check[] {
  const all = checks()
  if (name === undefined) return all
  const found = all.filter(check => check.name === name)
  if (found.length > 0) return found
  const known = all.map(check => check.name).join(', ')
  throw new MillraceError('NOT_FOUND', `${probe} has no such check: it has ${known}.`)
}
