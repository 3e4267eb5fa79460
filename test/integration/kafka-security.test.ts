import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { simulate } from '@millrace/card-fraud/simulator'
import { days } from '@millrace/core'
import { Deployment, PIPELINE_FILE, TEST_NOW } from '../harness/deployment.ts'
import { inReverse } from '../harness/in-reverse.ts'
import { produce } from '../harness/raw-topics.ts'
import { readTopic } from '../harness/read-topic.ts'
import { rawRecordOf } from '../harness/replay.ts'
import { clientOf, SecuredKafka } from '../harness/secured-kafka.ts'
import { ServiceProcess } from '../harness/service-process.ts'

/** Of the raw topics that `millrace deploy` makes. */
const PARTITIONS = 3

test('commands and services work over TLS with SCRAM; others are let in by what they bring, or not', async t => {
  const ending = inReverse(t)
  const kafka = await SecuredKafka.start(ending)
  const known = kafka.withPassword('scram') as Record<string, string>

  await t.test('who brings a right password or certificate is let in', async () => {
    for (const given of [known, kafka.withPassword('plain'), kafka.withCertificate()]) {
      const admin = clientOf(given).admin()
      await admin.connect()
      assert.deepEqual(await admin.listTopics(), [])
      await admin.disconnect()
    }
  })

  await t.test('nobody else is', async () => {
    const { KAFKA_TLS_CERT_FILE: _, KAFKA_TLS_KEY_FILE: __, ...nameless } = kafka.withCertificate()
    const { KAFKA_TLS_CA_FILE: ___, ...trusting } = known
    const wrong: readonly (readonly [Record<string, string | undefined>, RegExp])[] = [
      [{ ...known, KAFKA_SASL_PASSWORD: 'other' }, /SASL SCRAM SHA512 authentication failed/],
      [{ ...kafka.withPassword('plain'), KAFKA_SASL_PASSWORD: 'other' }, /SASL PLAIN authentication failed/],
      [nameless, /./],
      [trusting, /unable to verify|self-signed|issuer/i],
      [{ KAFKA_BROKERS: kafka.passwords }, /./],
    ]
    for (const [given, words] of wrong) {
      const admin = clientOf(given).admin()
      await assert.rejects(
        admin.connect().then(() => admin.listTopics()),
        words,
      )
      await admin.disconnect()
    }
  })

  const deployment = await Deployment.start(ending, { order: 'arrival', env: known })

  await t.test('events go through every service', async () => {
    await deployment.printed('deploy')
    await deployment.run('ingestor', 'feature-builder', 'scorer', 'drift-monitor')
    const day = { customers: 40, terminals: 80, seed: 1, start: TEST_NOW - days(1), days: 1 }
    const events = [...simulate(day)]
    await produce(
      clientOf(known),
      events.map(event => rawRecordOf(event, PARTITIONS)),
    )
    const sent = events.flatMap(({ type, event }) => (type === 'transaction' ? event.transactionId : []))
    const { predictionsTopic } = deployment.pipeline
    const read = await readTopic(clientOf(known), predictionsTopic, read => read.length >= sent.length)
    assert.equal(read.length, sent.length)
  })

  await t.test('a service with a wrong password says so, and never the password', async () => {
    const { redisUrl, schemaRegistryUrl } = deployment.stack.addresses
    const wrong = {
      ...known,
      KAFKA_SASL_PASSWORD: 'wr0ng-password',
      REDIS_URL: redisUrl,
      SCHEMA_REGISTRY_URL: schemaRegistryUrl,
      PIPELINE: PIPELINE_FILE,
    }
    const service = await ServiceProcess.start('ingestor', wrong, deployment.stack.dataDir)
    ending.after(() => service.kill())
    while (!/authentication failed/.test(await service.logTail())) {
      assert.ok(service.running)
      await delay(50)
    }
    const response = await fetch(`${service.url}/readyz`)
    assert.match(
      await response.text(),
      new RegExp(`kafka: ${kafka.passwords} \\(KAFKA_BROKERS\\) cannot be reached`),
    )
    assert.doesNotMatch(await service.logTail(), /wr0ng/)
  })
})
