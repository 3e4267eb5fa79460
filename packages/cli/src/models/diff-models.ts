import { isDeepStrictEqual } from 'node:util'
import {
  checkVersion,
  createScoring,
  inputDifference,
  type ModelVersion,
  parseManifest,
  type Scoring,
} from '@millrace/inference'
import { tableLines } from '../plan/table.ts'
import { compareScores } from './compare-scores.ts'
import { flatFigures, formatFigure } from './figures.ts'
import type { ModelContext } from './model-context.ts'
import { saying } from './proven-version.ts'
import { signatureRows } from './show-model.ts'

/** A version by itself, whatever the pipeline declares. */
interface Side {
  readonly version: ModelVersion
  readonly inputs: readonly string[]
  readonly scoring: Scoring
}

/** How two versions differ, in words: inputs, tensors, encoders, figures, and scores of the rows that both know. */
export async function diffModels(context: ModelContext, a: string, b: string): Promise<string[]> {
  const one = await openSide(context, a)
  try {
    const other = await openSide(context, b)
    try {
      return await describeDifference(context, one, other)
    } finally {
      await other.scoring.close()
    }
  } finally {
    await one.scoring.close()
  }
}

async function openSide({ registry, pipeline: { model } }: ModelContext, number: string): Promise<Side> {
  const files = await registry.read(model.name, number)
  const manifest = files.documents.get('manifest.json')
  const inputs =
    manifest === undefined ? model.inputs : parseManifest(manifest, `${files.place}/manifest.json`).inputs
  const version = checkVersion(files, { name: model.name, inputs })
  return { version, inputs, scoring: await saying(number, createScoring(version, { ...model, inputs })) }
}

async function describeDifference(context: ModelContext, a: Side, b: Side): Promise<string[]> {
  const { model } = context.pipeline
  const numbers = [a, b].map(({ version }) => version.identity.version)
  return [
    `Versions ${numbers.join(' and ')} of ${model.name}, in ${context.place}:`,
    '',
    ...tableLines([
      [
        'file',
        a.version.identity.digest === b.version.identity.digest
          ? 'the same model.onnx'
          : 'another model.onnx',
      ],
      ['inputs', describeInputs(a, b)],
      ['tensors', isDeepStrictEqual(...signaturesOf(a, b)) ? 'the same' : 'others, see below'],
      ['encoders', describeEncoders(a, b)],
      ...(await scoreRows(context, a, b)),
    ]),
    ...tensorLines(a, b),
    ...figureLines(a, b),
  ]
}

function describeInputs(a: Side, b: Side): string {
  const difference = inputDifference(a.inputs, b.inputs)
  if (difference === undefined) return `the same ${a.inputs.length}, in the same order`
  const lacking = (from: Side, to: Side): string[] => from.inputs.filter(name => !to.inputs.includes(name))
  const parts = [...lacking(b, a).map(name => `+${name}`), ...lacking(a, b).map(name => `-${name}`)]
  return parts.length === 0 ? 'the same, in another order' : parts.join(', ')
}

function describeEncoders(a: Side, b: Side): string {
  return a.version.manifest?.encoders === b.version.manifest?.encoders ? 'the same' : 'fitted anew'
}

function signaturesOf(a: Side, b: Side): [unknown, unknown] {
  return [a.scoring.model.signature, b.scoring.model.signature]
}

/** Rows are those of both samples and of both backgrounds. */
async function scoreRows({ pipeline: { model } }: ModelContext, a: Side, b: Side): Promise<string[][]> {
  if (inputDifference(a.inputs, b.inputs) !== undefined)
    return [['scores', 'cannot be compared, since the inputs differ']]
  const rows = [a, b].flatMap(({ version: { manifest, background } }) => [
    ...(manifest?.sample.rows ?? []),
    ...(background ?? []),
  ])
  if (rows.length === 0) return [['scores', 'cannot be compared: neither has a sample or a background']]
  const { largest, mean, otherDecisions } = await compareScores([a.scoring, b.scoring], rows, model)
  return [
    [
      'scores',
      `of ${rows.length} rows differ by ${formatFigure(mean)} on average, ${formatFigure(largest)} at most`,
    ],
    ['decisions', `${otherDecisions} of ${rows.length} rows get another one`],
  ]
}

function tensorLines(a: Side, b: Side): string[] {
  if (isDeepStrictEqual(...signaturesOf(a, b))) return []
  const rows = [a, b].flatMap(({ scoring, version }) =>
    signatureRows(scoring.model.signature).map(row => [version.identity.version, ...row]),
  )
  return ['', ...tableLines([['version', 'tensor', 'name', 'type', 'shape'], ...rows])]
}

function figureLines(a: Side, b: Side): string[] {
  const [ofA, ofB] = [flatFigures(a.version.manifest?.figures), flatFigures(b.version.manifest?.figures)]
  const names = [...new Set([...ofA.keys(), ...ofB.keys()])]
  if (names.length === 0) return []
  const cell = (value: number | undefined): string => (value === undefined ? '-' : formatFigure(value))
  const rows = names.map(name => {
    const [before, after] = [ofA.get(name), ofB.get(name)]
    const change = before === undefined || after === undefined ? '' : signed(after - before)
    return [name, cell(before), cell(after), change]
  })
  const heading = ['figure', ...[a, b].map(({ version }) => version.identity.version), 'change']
  return ['', ...tableLines([heading, ...rows])]
}

function signed(difference: number): string {
  return `${difference < 0 ? '' : '+'}${formatFigure(difference)}`
}
