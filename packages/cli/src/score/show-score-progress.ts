import type { WriteStream } from 'node:tty'
import { progressBar } from '../backfill/show-progress.ts'
import type { ScoreProgress } from './run-score.ts'

/** Without a terminal a line is written each time so many more rows are done. */
const ROWS_PER_LINE = 1_000_000

/** Shows how far scoring is: on a terminal a bar, or the rows where the end is not known; else lines. */
export function showScoreProgress(out: Pick<WriteStream, 'write' | 'isTTY'>): ScoreProgress {
  let shown = 0
  return {
    rows(done, share) {
      if (out.isTTY) out.write(`\r${share === undefined ? '' : `${progressBar(share)} `}${done} rows scored`)
      else if (done - shown >= ROWS_PER_LINE) {
        shown = done
        out.write(`${done} rows scored\n`)
      }
    },
    end(rows) {
      if (out.isTTY) out.write(`\r${progressBar(1)} ${rows} rows scored\n`)
    },
  }
}
