import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseBackground, parseReference } from '@millrace/core'
import { cardFraud } from '../pipeline.ts'

const folder = new URL(`../${cardFraud.path}/1/`, import.meta.url)
const model = readFileSync(new URL('model.onnx', folder))
const manifest = JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8'))
const background = JSON.parse(readFileSync(new URL('background.json', folder), 'utf8'))
const reference = parseReference(JSON.parse(readFileSync(new URL('reference.json', folder), 'utf8')))

test('the manifest belongs to the model and has the inputs of the declaration', () => {
  assert.equal(manifest.digest, createHash('sha256').update(model).digest('hex'))
  assert.deepStrictEqual([manifest.name, manifest.version], [cardFraud.name, '1'])
  assert.deepStrictEqual(manifest.inputs, cardFraud.inputs)
})

test('the sample has a value for every input and scores from approval to block', () => {
  const { rows, scores } = manifest.sample
  for (const row of rows) assert.equal(row.length, cardFraud.inputs.length)
  assert.equal(scores.length, rows.length)
  assert.ok(scores.at(0) < 0.3 && scores.at(-1) >= 0.8)
})

test('the reference describes every input and the score of this version', () => {
  assert.deepStrictEqual(reference.model, { name: cardFraud.name, version: '1' })
  assert.deepStrictEqual(Object.keys(reference.features), [...cardFraud.inputs, 'score'])
})

test('the background has fifty rows of this version, none with a missing value', () => {
  const { rows } = parseBackground(
    background,
    { name: cardFraud.name, version: '1' },
    cardFraud.inputs.length,
  )
  assert.equal(rows.length, 50)
  assert.ok(rows.flat().every(Number.isFinite))
})

test('the model is smaller than a megabyte', () => {
  assert.ok(model.length < 1_000_000)
})
