import type { AliasMove, ModelSignature } from '@millrace/inference'
import { tableLines } from '../plan/table.ts'
import { describeMoment } from './describe-moment.ts'
import { flatFigures, formatFigure } from './figures.ts'
import { aliasesOf } from './list-models.ts'
import type { ModelContext } from './model-context.ts'
import { type ProvenVersion, withProvenVersion } from './proven-version.ts'

const MOVES = 5

/** One version, loaded as a scorer would, in words. Throws MODEL_INVALID when a scorer could not serve it. */
export async function showModel(context: ModelContext, number: string): Promise<string[]> {
  const { registry, pipeline, place } = context
  const { name } = pipeline.model
  const [versions, aliases, history] = await Promise.all([
    registry.versions(name),
    registry.aliases(name),
    registry.history(name),
  ])
  const proven = await withProvenVersion(context, number, provenLines)
  const created = versions.find(({ version }) => version === number)!.created
  const moves = history.filter(({ from, to }) => from === number || to === number).slice(-MOVES)
  return [
    `Version ${number} of ${name}, in ${place}:`,
    '',
    ...tableLines([
      ['aliases', aliasesOf(aliases, number) || 'none'],
      ['created', describeMoment(created)],
      ...proven.facts,
    ]),
    ...proven.rest,
    ...moveLines(moves),
  ]
}

function moveLines(moves: readonly AliasMove[]): string[] {
  if (moves.length === 0) return []
  const rows = moves.map(({ at, alias, from, to, undo }) => [
    describeMoment(at),
    alias,
    from ?? 'nothing',
    to ?? 'nothing',
    undo ? 'taken back' : '',
  ])
  return ['', ...tableLines([['moved', 'alias', 'from', 'to', ''], ...rows])]
}

function provenLines({ version, scoring, sampleDifference }: ProvenVersion) {
  const { identity, manifest, reference, background, remarks = [] } = version
  const facts = [
    ['digest', identity.digest],
    ['inputs', manifest === undefined ? 'as the ONNX file takes them' : manifest.inputs.join(', ')],
    ['encoders', manifest?.encoders ?? 'none'],
    ['sample', describeSample(manifest?.sample.rows.length, sampleDifference)],
    [
      'reference',
      reference === undefined ? 'none: drift is not watched' : 'describes every input and the score',
    ],
    ['background', background === undefined ? 'none: scores are not explained' : `${background.length} rows`],
  ]
  const rest = [
    '',
    ...tableLines([['tensor', 'name', 'type', 'shape'], ...signatureRows(scoring.model.signature)]),
    ...figureLines(manifest?.figures),
    ...remarks.map(remark => `\nRemark: ${remark}.`),
  ]
  return { facts, rest }
}

/** What a sample showed, in words. */
export function describeSample(rows: number | undefined, difference: number | undefined): string {
  if (rows === undefined || difference === undefined)
    return 'none: whether it scores as in training is not known'
  const exact = difference === 0 ? 'exactly' : `within ${difference.toExponential(0)}`
  return `${rows} rows score as in training, ${exact}`
}

/** The tensors of a model as rows of a table. */
export function signatureRows({ inputs, outputs }: ModelSignature): string[][] {
  const rowOf = (kind: string, { name, datatype, shape }: ModelSignature['inputs'][number]): string[] => [
    kind,
    name,
    datatype,
    `[${shape.map(size => (size < 0 ? 'free' : size)).join(', ')}]`,
  ]
  return [...inputs.map(spec => rowOf('input', spec)), ...outputs.map(spec => rowOf('output', spec))]
}

function figureLines(figures: unknown): string[] {
  const rows = [...flatFigures(figures)].map(([name, value]) => [name, formatFigure(value)])
  return rows.length === 0 ? [] : ['', ...tableLines([['figure', 'value'], ...rows])]
}
