import { MillraceError } from '@millrace/core'
import type { ContainerEngine } from './engine.ts'
import { partMissing } from './errors.ts'
import type { Environment, InstallContext, Launch, PartDefinition } from './part.ts'

/** Where a part will come from, with what is needed to start it from there. */
export type Resolution =
  | { readonly source: 'given'; readonly address: string }
  | { readonly source: 'container' }
  | { readonly source: 'process'; readonly launch: Launch }

/**
 * Takes the first that there is: an address in the environment, the part's container image, the part's
 * programs as processes. MILLRACE_STACK leaves one of the last two. The engine is asked only when needed.
 */
export async function resolvePart(
  part: PartDefinition,
  context: InstallContext,
  engine: ContainerEngine,
): Promise<Resolution> {
  const address = context.env[part.givenBy]
  if (address) return { source: 'given', address }
  const choice = stackChoice(context.env)
  if (choice !== 'processes') {
    const lack = await lackOfContainer(part, context, engine)
    if (lack === undefined) return { source: 'container' }
    if (choice === 'containers') throw partMissing(part.name, lack, REMEDY)
  }
  return { source: 'process', launch: await part.install(context) }
}

const REMEDY = 'Start the container engine and get the image, or unset MILLRACE_STACK to have processes.'

/** What MILLRACE_STACK asks for; undefined leaves it to what is there. Throws CONFIG_INVALID. */
export function stackChoice(env: Environment): 'containers' | 'processes' | undefined {
  const choice = env['MILLRACE_STACK'] || undefined
  if (choice === undefined || choice === 'containers' || choice === 'processes') return choice
  throw new MillraceError(
    'CONFIG_INVALID',
    `MILLRACE_STACK is "${choice}". Set it to "containers" or "processes", or leave it out.`,
  )
}

async function lackOfContainer(
  { container: { image } }: PartDefinition,
  context: InstallContext,
  engine: ContainerEngine,
): Promise<string | undefined> {
  const fault = await engine.fault()
  if (fault !== undefined) return fault
  if (await engine.hasImage(image, context)) return undefined
  return `the container engine has no image ${image} and cannot get it`
}
