import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AliasMove, formerTarget, KEPT_MOVES, withMove } from '../../src/registry/alias-history.ts'

const move = (from: string | null, to: string | null, alias = 'champion'): AliasMove => ({
  at: 0,
  alias,
  from,
  to,
})
const undo = (from: string | null, to: string | null): AliasMove => ({ ...move(from, to), undo: true })

const CASES: readonly (readonly [string, readonly AliasMove[], string | null, string | null | undefined])[] =
  [
    ['nothing is known without moves', [], '3', undefined],
    ['the version before the last move', [move('1', '2'), move('2', '3')], '3', '2'],
    ['nothing, where the alias named nothing before', [move(null, '3')], '3', null],
    ['a move that was taken back does not count', [move('1', '2'), move('2', '3'), undo('3', '2')], '2', '1'],
    [
      'going back three times goes back by three',
      [move(null, '1'), move('1', '2'), move('2', '3'), undo('3', '2'), undo('2', '1')],
      '1',
      null,
    ],
    ['a move made elsewhere is seen by what is named now', [move('1', '2')], '5', '2'],
    ['a move made elsewhere is seen by the next one', [move('1', '2'), move('5', '6')], '6', '5'],
    ['going back from a version that was moved elsewhere', [move('1', '2'), undo('5', '2')], '2', '1'],
    ['choosing an older version anew is a move like any other', [move('1', '2'), move('2', '1')], '1', '2'],
    ['moves of other aliases do not count', [move('1', '2'), move('2', '9', 'canary')], '2', '1'],
  ]

for (const [name, history, current, expected] of CASES) {
  test(`what an alias named before: ${name}`, () => {
    assert.equal(formerTarget(history, 'champion', current), expected)
  })
}

test('a history keeps the newest moves', () => {
  const moves = Array.from({ length: KEPT_MOVES + 5 }, (_, i) => move(String(i), String(i + 1)))
  const kept = moves.reduce(withMove, [] as readonly AliasMove[])
  assert.deepStrictEqual(kept, moves.slice(5))
})
