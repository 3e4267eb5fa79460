import type { WriteStream } from 'node:tty'
import type { BackfillProgress } from './run-backfill.ts'

const WIDTH = 30
/** Without a terminal a line is written for each tenth of the work. */
const STEPS = 10

/** Shows a backfill on its way: a bar on a terminal, else lines. */
export function showProgress(out: Pick<WriteStream, 'write' | 'isTTY'>): BackfillProgress {
  let rows = 0
  let pieces = 0
  let done = 0
  const share = (): number => Math.floor((done / pieces) * STEPS)
  return {
    readRows(more) {
      rows += more
      if (out.isTTY) out.write(`\r${rows} rows read`)
    },
    begin(all) {
      pieces = all
      out.write(`${out.isTTY ? '\r' : ''}${rows} rows read\n`)
    },
    finish() {
      const before = share()
      done++
      if (out.isTTY) out.write(`\r${progressBar(done / pieces)} computed${done === pieces ? '\n' : ''}`)
      else if (share() > before) out.write(`${percent(done / pieces)} computed\n`)
    },
  }
}

/** A part of the whole, from 0 to 1, as a bar. */
export function progressBar(part: number): string {
  const filled = Math.round(part * WIDTH)
  return `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${percent(part)}`
}

function percent(part: number): string {
  return `${Math.floor(part * 100)}%`
}
