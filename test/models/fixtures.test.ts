import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { testModel } from './same-ways.ts'

const FIXTURES = join(import.meta.dirname, 'fixtures')

for (const name of readdirSync(FIXTURES)) testModel(`the committed model ${name}`, join(FIXTURES, name))
