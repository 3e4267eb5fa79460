import type { HostEvent } from '@millrace/inference'

/** What happened to a version of a model, in a line; undefined for what nobody needs to know. */
export function describeEvent(name: string, event: HostEvent): string | undefined {
  switch (event.kind) {
    case 'refused':
      return `${name} ${event.version} is refused: ${event.reason}`
    case 'rolled-back':
      return `${name} ${event.version} is taken back: ${event.reason}`
    case 'serving':
      return `${name} ${event.version} serves.`
    default:
      return undefined
  }
}
