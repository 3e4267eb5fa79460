import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { TutorialShell } from './tutorial-shell.ts'
import { applyChange, type TutorialStep, tutorialSteps } from './tutorial-steps.ts'

const REPOSITORY = resolve(import.meta.dirname, '../..')
const READY = /Score an event as of now\n +curl -s http:\/\/127\.0\.0\.1:(\d+)/

interface Prediction {
  readonly score: number
  readonly decision: string
  readonly features: Readonly<Record<string, number>>
  readonly model: { readonly name: string; readonly version: string }
}

/** Follows a tutorial step by step; keeps the predictions that were answered. */
class Reader {
  readonly predictions: Prediction[] = []
  readonly #shell: TutorialShell
  readonly #elsewhere: string
  /** Where the output of the run that goes on begins. */
  #runFrom = 0

  constructor(shell: TutorialShell, elsewhere: string) {
    this.#shell = shell
    this.#elsewhere = elsewhere
  }

  async follow(step: TutorialStep): Promise<void> {
    if (step.kind === 'commands') return this.#run(step.text)
    if (step.kind === 'output') return this.#compare(step.lines)
    const file = join(await this.#shell.folder(), step.file)
    if (step.kind === 'file') return writeFile(file, step.text)
    await this.#change(file, step.text)
  }

  async #run(commands: string): Promise<void> {
    if (commands.startsWith('mkdir')) return this.#runElsewhere(commands)
    if (commands === 'npx millrace dev\n') return this.#shell.start(commands)
    if (commands.startsWith('curl')) return this.#ask(commands)
    if (commands.startsWith('npx millrace start')) await this.#shell.interrupt()
    await this.#shell.run(commands)
  }

  /** "Anywhere else" is an empty folder; what was written there has types that hold. */
  async #runElsewhere(commands: string): Promise<void> {
    await this.#shell.run(`cd '${this.#elsewhere}'\n${commands}`)
    await this.#shell.run(`'${REPOSITORY}/node_modules/.bin/tsc' -p .`)
  }

  async #ask(command: string): Promise<void> {
    const [, port] = await this.#shell.printed(READY, this.#runFrom)
    this.predictions.push(JSON.parse(await this.#shell.run(command.replace('PORT', port!))))
  }

  async #compare(lines: readonly string[]): Promise<void> {
    for (const line of lines) await this.#shell.printed(lineThatBegins(line))
  }

  /** One change at a time: the next one is made when this one runs. */
  async #change(file: string, change: string): Promise<void> {
    this.#runFrom = this.#shell.output.length
    await writeFile(file, applyChange(await readFile(file, 'utf8'), change))
    await this.#shell.printed(READY, this.#runFrom)
  }
}

test('the tutorial leads from an empty folder and packed packages to predictions of a changed pipeline', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-tutorial-'))
  const shell = await TutorialShell.open(folder, REPOSITORY)
  t.after(async () => {
    await shell.interrupt()
    await rm(folder, { recursive: true })
  })
  const reader = new Reader(shell, folder)
  const tutorial = await readFile(join(REPOSITORY, 'docs/tutorial.md'), 'utf8')
  for (const step of tutorialSteps(tutorial)) await reader.follow(step)

  const [first, second] = reader.predictions
  assert.equal(reader.predictions.length, 2)
  assert.deepStrictEqual(first?.model.version, '1')
  assert.deepStrictEqual(
    Object.keys(second!.features).filter(name => !(name in first.features)),
    ['machine_mean_vibration_1h'],
  )
  for (const { score, decision, model } of reader.predictions) {
    assert.ok(score > 0 && score < 1)
    assert.match(decision, /^(run|inspect|stop)$/)
    assert.equal(model.name, 'machine_wear')
  }
})

function lineThatBegins(text: string): RegExp {
  return new RegExp(`^${text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')}`, 'm')
}
