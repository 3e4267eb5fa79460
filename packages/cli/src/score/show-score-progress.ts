import type { WriteStream } from 'node:tty'
import { progressBar } from '../backfill/show-progress.ts'
import type { ScoreProgress } from './run-score.ts'

/** Without a terminal a line is written each time so many more rows are done. */
const ROWS_PER_LINE = 1_000_000

/** Shows how far scoring is: a bar on a terminal where the end is known, else the rows. */
export function showScoreProgress(out: Pick<WriteStream, 'write' | 'isTTY'>): ScoreProgress {
  let shown = 0
  return {
    rows(done, all) {
      if (out.isTTY) {
        const bar = all === undefined ? '' : `${progressBar(done / all)} `
        out.write(`\r${bar}${done} rows scored${done === all ? '\n' : ''}`)
      } else if (done - shown >= ROWS_PER_LINE || done === all) {
        shown = done
        out.write(`${done} rows scored\n`)
      }
    },
  }
}
