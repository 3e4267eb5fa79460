import assert from 'node:assert/strict'
import { test } from 'node:test'
import { archive } from '../../src/commands/archive.ts'

for (const [args, message] of [
  [[], /^--output says which folder/],
  [['--output', 'x', '--interval', '5'], /^--interval goes with --follow\.$/],
  [['--output', 'x', '--follow', '--interval', '0'], /^--interval must be a whole number from 1 to 86400/],
  [['--output', 'x', '--rows', '0'], /^--rows must be a whole number/],
  [['--output', 'x', 'y'], /./],
] as const) {
  test(`archive ${args.join(' ')} is misuse`, async () => {
    await assert.rejects(archive(args), { name: 'UsageError', message })
  })
}
