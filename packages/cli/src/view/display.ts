import { styleText } from 'node:util'
import { type FrameLine, renderFrame } from './render-frame.ts'
import { renderLine } from './render-line.ts'
import type { ViewState } from './view-state.ts'

/** Where a run is shown. */
export interface Display {
  /** Text that stays. */
  print(text: string): void
  /** The run at this moment. */
  show(state: ViewState): void
  /** Nothing more is shown; what was drawn last stays. */
  end(): void
}

/** Draws in place on a terminal, and writes a line now and then anywhere else. */
export function createDisplay(out: NodeJS.WriteStream): Display {
  return out.isTTY ? new TerminalDisplay(out) : new LineDisplay(out)
}

const HIDE_CURSOR = '\x1b[?25l'
const SHOW_CURSOR = '\x1b[?25h'
const ERASE_LINE_END = '\x1b[K'
const ERASE_BELOW = '\x1b[J'

/** Redraws over the last frame in one write, so that nothing flickers. */
class TerminalDisplay implements Display {
  readonly #out: NodeJS.WriteStream
  #drawn: readonly FrameLine[] = []

  constructor(out: NodeJS.WriteStream) {
    this.#out = out
  }

  print(text: string): void {
    this.#out.write(`${this.#backToTop()}${ERASE_BELOW}${text}\n${this.#paint(this.#drawn)}`)
  }

  show(state: ViewState): void {
    const lines = renderFrame(state, this.#out.columns).slice(0, this.#out.rows - 1)
    const back = this.#backToTop()
    this.#drawn = lines
    this.#out.write(`${HIDE_CURSOR}${back}${this.#paint(lines)}${ERASE_BELOW}`)
  }

  end(): void {
    this.#drawn = []
    this.#out.write(SHOW_CURSOR)
  }

  #backToTop(): string {
    return this.#drawn.length === 0 ? '' : `\x1b[${this.#drawn.length}A\r`
  }

  #paint(lines: readonly FrameLine[]): string {
    return lines.map(frameLine => `${styled(frameLine)}${ERASE_LINE_END}\n`).join('')
  }
}

const STYLES = { bold: 'bold', dim: 'dim', alert: 'yellow' } as const

function styled({ text, style }: FrameLine): string {
  return style === 'plain' ? text : styleText(STYLES[style], text)
}

const LINE_INTERVAL_MS = 5_000

class LineDisplay implements Display {
  readonly #out: NodeJS.WriteStream
  #last = performance.now()

  constructor(out: NodeJS.WriteStream) {
    this.#out = out
  }

  print(text: string): void {
    this.#out.write(`${text}\n`)
  }

  show(state: ViewState): void {
    if (performance.now() - this.#last < LINE_INTERVAL_MS) return
    this.#last = performance.now()
    this.print(renderLine(state))
  }

  end(): void {}
}
