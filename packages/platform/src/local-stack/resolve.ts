import { imageIsThere } from './containers.ts'
import type { InstallContext, Launch, PartDefinition } from './part.ts'

/** Where a part will come from, with what is needed to start it from there. */
export type Resolution =
  | { readonly source: 'given'; readonly address: string }
  | { readonly source: 'container' }
  | { readonly source: 'process'; readonly launch: Launch }

/**
 * Takes the first that there is: an address in the environment, the part's container image, the part's
 * programs as processes. `engine` tells whether a container engine answers; it is asked only when needed.
 */
export async function resolvePart(
  part: PartDefinition,
  context: InstallContext,
  engine: () => Promise<boolean>,
): Promise<Resolution> {
  const address = context.env[part.givenBy]
  if (address) return { source: 'given', address }
  if ((await engine()) && (await imageIsThere(part.container.image, context))) return { source: 'container' }
  return { source: 'process', launch: await part.install(context) }
}
