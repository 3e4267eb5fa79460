import type { Inspected } from './inspection.ts'

/** What a new run is, compared with the one before it, in words. */
export function describeChange(before: Inspected | undefined, now: Inspected): string {
  const { pipeline, namespace, version, definition } = now
  if (before === undefined) return `Running ${pipeline} as ${namespace}.`
  if (before.namespace !== namespace) return `Running ${pipeline} again, now as ${namespace}.`
  if (before.definition === definition) {
    return `Running ${pipeline} again as ${namespace}: events and views are as before.`
  }
  return [
    `Running ${pipeline} again as ${namespace}, on empty topics: its events or views have changed.`,
    `Where ${namespace} is deployed already this needs "version: ${version + 1}" in the pipeline: states that were written`,
    'under the old definition would be read wrongly.',
  ].join('\n')
}
