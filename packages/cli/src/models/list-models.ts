import { MillraceError } from '@millrace/core'
import { type Aliases, type ModelRegistry, parseManifest } from '@millrace/inference'
import { tableLines } from '../plan/table.ts'
import { describeMoment } from './describe-moment.ts'
import { flatFigures, formatFigure } from './figures.ts'
import type { ModelContext } from './model-context.ts'

/** How many figures stand in a line; `show` has all. */
const FIGURES = 3

/** The versions of a model, the newest first, with their aliases, in words. */
export async function listModels({ pipeline, registry, place }: ModelContext): Promise<string[]> {
  const { name } = pipeline.model
  const [versions, aliases] = await Promise.all([registry.versions(name), registry.aliases(name)])
  const rows = await Promise.all(
    versions.toReversed().map(async ({ version, created }) => {
      const { digest, figures } = await summaryOf(registry, name, version)
      return [version, aliasesOf(aliases, version), describeMoment(created), digest, figures]
    }),
  )
  const heading = ['version', 'aliases', 'created', 'digest', 'figures']
  return [`Model ${name}, in ${place}:`, '', ...tableLines([heading, ...rows])]
}

/** `champion, canary 5 %`; the champion that nobody chose is the newest version. */
export function aliasesOf(aliases: Aliases, version: string): string {
  return [...aliases]
    .filter(([, target]) => target.version === version)
    .map(([alias, { share, implicit, fault }]) => {
      if (fault !== undefined) return `${alias} 0 % (${fault})`
      if (implicit) return `${alias} (newest)`
      return share === undefined ? alias : `${alias} ${formatFigure(share * 100)} %`
    })
    .join(', ')
}

interface Summary {
  readonly digest: string
  readonly figures: string
}

/** A version that cannot be read is listed all the same. */
async function summaryOf(registry: ModelRegistry, name: string, version: string): Promise<Summary> {
  try {
    const text = await registry.readDocument(name, version, 'manifest.json')
    if (text === undefined) return { digest: '-', figures: 'no manifest.json' }
    const { digest, figures } = parseManifest(text, 'manifest.json')
    return { digest: digest.slice(0, 12), figures: shortFigures(figures) }
  } catch (error) {
    if (!(error instanceof MillraceError) || error.code !== 'MODEL_INVALID') throw error
    return { digest: '-', figures: 'cannot be used: "show" says why' }
  }
}

function shortFigures(figures: unknown): string {
  const all = [...flatFigures(figures)]
  const shown = all.slice(0, FIGURES).map(([name, value]) => `${name} ${formatFigure(value)}`)
  return [...shown, ...(all.length > FIGURES ? ['…'] : [])].join(', ')
}
