import assert from 'node:assert/strict'
import { test } from 'node:test'
import { showProgress } from '../../src/backfill/show-progress.ts'

const DONE = { piece: { name: 'a', sha256: '', path: '' }, wasThere: false }

function shown(isTTY: boolean, pieces: number, finished: number): string {
  let text = ''
  const progress = showProgress({
    isTTY,
    write(chunk: string | Uint8Array) {
      text += chunk
      return true
    },
  })
  progress.readRows(1_000)
  progress.readRows(234)
  progress.begin(pieces)
  for (let i = 0; i < finished; i++) progress.finish(DONE)
  return text
}

test('a terminal shows a bar on one line', () => {
  assert.deepStrictEqual(shown(true, 3, 2).split('\r'), [
    '',
    '1000 rows read',
    '1234 rows read',
    '1234 rows read\n',
    '[##########....................] 33% computed',
    '[####################..........] 66% computed',
  ])
  assert.ok(shown(true, 3, 3).endsWith('\r[##############################] 100% computed\n'))
})

test('anything else is told in lines, one for each tenth of the work', () => {
  assert.deepStrictEqual(shown(false, 40, 9).split('\n'), [
    '1234 rows read',
    '10% computed',
    '20% computed',
    '',
  ])
  assert.deepStrictEqual(shown(false, 1, 1).split('\n'), ['1234 rows read', '100% computed', ''])
})
