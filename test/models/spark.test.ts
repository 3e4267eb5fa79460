import { after } from 'node:test'
import { testModel } from './same-ways.ts'
import { makeZoo } from './zoo.ts'

const zoo = await makeZoo('spark', ['spark'])
after(() => zoo[Symbol.asyncDispose]())

for (const [name, folder] of Object.entries(zoo.models)) testModel(name, folder)
