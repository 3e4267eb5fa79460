import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDisplay } from '../../src/view/display.ts'
import { VIEW_STATE } from '../fixtures.ts'

function terminal(rows: number): { readonly out: NodeJS.WriteStream; readonly written: string[] } {
  const written: string[] = []
  const out = { isTTY: true, columns: 80, rows, write: (text: string) => written.push(text) }
  return { out: out as unknown as NodeJS.WriteStream, written }
}

test('a frame is drawn over the one before it, in one write', () => {
  const { out, written } = terminal(40)
  const display = createDisplay(out)
  display.show(VIEW_STATE)
  display.show(VIEW_STATE)
  assert.equal(written.length, 2)
  const height = written[0]!.split('\n').length - 1
  assert.ok(!written[0]!.includes(`\x1b[${height}A`))
  assert.ok(written[1]!.startsWith(`\x1b[?25l\x1b[${height}A\r`))
})

test('printed text stands above the frame, which is drawn again below', () => {
  const { out, written } = terminal(40)
  const display = createDisplay(out)
  display.show(VIEW_STATE)
  display.print('a word')
  const [above, below] = written[1]!.split('a word\n')
  assert.ok(above!.endsWith('A\r\x1b[J'))
  assert.ok(below!.includes('Millrace · small'))
})

test('a frame is cut to the rows of the terminal', () => {
  const { out, written } = terminal(5)
  createDisplay(out).show(VIEW_STATE)
  assert.equal(written[0]!.split('\n').length - 1, 4)
})

test('at the end the cursor is back, and what was drawn stays', () => {
  const { out, written } = terminal(40)
  const display = createDisplay(out)
  display.show(VIEW_STATE)
  display.end()
  display.print('Summary')
  assert.deepStrictEqual(written.slice(1), ['\x1b[?25h', '\x1b[JSummary\n'])
})
