import { type Check, judge } from '../lifecycle/checks.ts'

const MARKS: Readonly<Record<Check['verdict'], string>> = { ok: '+', tolerated: '+', failed: '-' }

/**
 * The checks of a probe as the Kubernetes API server writes them, a line each and one for all of them; a line that is
 * not `ok` says why.
 */
export function describeChecks(probe: string, checks: readonly Check[], excluded: readonly string[]): string {
  const names = checks.map(({ name }) => name)
  const isAsked = ({ name }: Check): boolean => !excluded.includes(name)
  const lines = checks.map(check => (isAsked(check) ? lineOf(check) : `[+]${check.name} excluded: ok`))
  const strange = excluded.filter(name => !names.includes(name))
  if (strange.length > 0)
    lines.push(`warn: some checks cannot be excluded: no matches for ${strange.join(', ')}`)
  const { ok } = judge(checks.filter(isAsked))
  return `${lines.join('\n')}\n${probe} check ${ok ? 'passed' : 'failed'}\n`
}

function lineOf({ name, verdict, faults }: Check): string {
  const said = faults.length === 0 ? '' : `: ${faults.join('; ')}`
  return `[${MARKS[verdict]}]${name} ${verdict}${said}`
}
