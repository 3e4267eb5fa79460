import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createKafka, kafkaSecurityFrom } from '@millrace/platform'
import { type Environment, freePorts } from '@millrace/platform/local-stack'
import { defaultCacheDir } from '../../packages/platform/src/local-stack/cache-dir.ts'
import { requireJava } from '../../packages/platform/src/local-stack/java.ts'
import { mavenFolder } from '../../packages/platform/src/local-stack/maven.ts'
import { runCommand } from '../../packages/platform/src/local-stack/run-command.ts'
import { TestAuthority } from '../../packages/platform/test/http/tls/certificates.ts'
import type { Ending } from './deployment.ts'

const JVM = ['-Xmx384m', '-XX:TieredStopAtLevel=1', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn']
const CLUSTER_ID = 'bWlsbHJhY2UtbG9jYWwtMg'
const READY_WITHIN_MS = 120_000

/** Who may come, by which mechanism. */
export const USERS = {
  scram: {
    KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
    KAFKA_SASL_USERNAME: 'scram',
    KAFKA_SASL_PASSWORD: 's3cret=x',
  },
  plain: { KAFKA_SASL_MECHANISM: 'PLAIN', KAFKA_SASL_USERNAME: 'plain', KAFKA_SASL_PASSWORD: 'pl4in' },
} as const

/** A broker with nothing but encrypted listeners: one for passwords, one for client certificates. Ends with the test. */
export class SecuredKafka {
  /** `host:port` of the listener that asks for a password. */
  readonly passwords: string
  /** `host:port` of the listener that asks for a client certificate. */
  readonly certificates: string
  readonly authority: TestAuthority

  private constructor(authority: TestAuthority, [passwords, certificates]: readonly number[]) {
    this.authority = authority
    this.passwords = `127.0.0.1:${passwords}`
    this.certificates = `127.0.0.1:${certificates}`
  }

  static async start(t: Ending): Promise<SecuredKafka> {
    const folder = await mkdtemp(join(tmpdir(), 'millrace-kafka-'))
    const authority = new TestAuthority(t)
    const ports = await freePorts(3)
    const settings = join(folder, 'server.properties')
    await writeFile(settings, await propertiesOf(folder, authority, ports))
    const context = { env: process.env, cacheDir: defaultCacheDir(process.env), report: () => {} }
    const java = await requireJava('kafka', process.env)
    const jvm = [...JVM, '-cp', join(await mavenFolder('kafka', context), '*')]
    const { KAFKA_SASL_USERNAME: name, KAFKA_SASL_PASSWORD: password } = USERS.scram
    const scram = ['--add-scram', `SCRAM-SHA-512=[name=${name},password="${password}"]`]
    const format = ['kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', settings, ...scram]
    await runCommand(java, [...jvm, ...format], { env: process.env })
    const log = await open(join(folder, 'log.txt'), 'a')
    const child = spawn(java, [...jvm, 'kafka.Kafka', settings], { stdio: ['ignore', log.fd, log.fd] })
    const exited = once(child, 'exit')
    t.after(async () => {
      child.kill('SIGKILL')
      await exited
      await log.close()
      await rm(folder, { recursive: true, force: true })
    })
    const kafka = new SecuredKafka(authority, ports)
    await kafka.#ready(join(folder, 'log.txt'))
    return kafka
  }

  /** The environment of whoever comes with a password. */
  withPassword(user: keyof typeof USERS): Environment {
    return {
      KAFKA_BROKERS: this.passwords,
      KAFKA_TLS: 'true',
      KAFKA_TLS_CA_FILE: this.authority.cert,
      ...USERS[user],
    }
  }

  /** The environment of whoever comes with a certificate. */
  withCertificate(): Environment {
    const { cert, key } = this.authority.sign('/CN=millrace')
    return {
      KAFKA_BROKERS: this.certificates,
      KAFKA_TLS: 'true',
      KAFKA_TLS_CA_FILE: this.authority.cert,
      KAFKA_TLS_CERT_FILE: cert,
      KAFKA_TLS_KEY_FILE: key,
    }
  }

  async #ready(logFile: string): Promise<void> {
    const env = this.withPassword('scram')
    const deadline = Date.now() + READY_WITHIN_MS
    for (;;) {
      const admin = clientOf(env).admin()
      try {
        await admin.connect()
        await admin.listTopics()
        return
      } catch (cause) {
        if (Date.now() > deadline) throw new Error(await readFile(logFile, 'utf8'), { cause })
        await delay(200)
      } finally {
        await admin.disconnect()
      }
    }
  }
}

/** A client that comes as an environment says, and soon gives up. */
export function clientOf(env: Environment) {
  const log = { debug: () => {}, warn: () => {} }
  const brokers = [env['KAFKA_BROKERS']!]
  return createKafka({ brokers, clientId: 'test', log, security: kafkaSecurityFrom(env), retries: 1 })
}

async function propertiesOf(
  folder: string,
  authority: TestAuthority,
  [passwords, certificates, controller]: readonly number[],
): Promise<string> {
  const { cert, key } = authority.sign('/CN=broker')
  const keyStore = join(folder, 'broker.pem')
  await writeFile(keyStore, `${await readFile(key, 'utf8')}${await readFile(cert, 'utf8')}`)
  const { plain } = USERS
  const login = 'org.apache.kafka.common.security'
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.listener.names': 'CONTROLLER',
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    listeners: `SASL_SSL://127.0.0.1:${passwords},SSL://127.0.0.1:${certificates},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `SASL_SSL://127.0.0.1:${passwords},SSL://127.0.0.1:${certificates}`,
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL',
    'inter.broker.listener.name': 'SSL',
    'log.dirs': join(folder, 'data'),
    'auto.create.topics.enable': 'false',
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '4',
    'group.initial.rebalance.delay.ms': '0',
    'log.cleaner.dedupe.buffer.size': String(16 * 1024 * 1024),
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': keyStore,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': authority.cert,
    'listener.name.ssl.ssl.client.auth': 'required',
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-512',
    'listener.name.sasl_ssl.plain.sasl.jaas.config': `${login}.plain.PlainLoginModule required user_${plain.KAFKA_SASL_USERNAME}="${plain.KAFKA_SASL_PASSWORD}";`,
    'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config': `${login}.scram.ScramLoginModule required;`,
  }
  return `${Object.entries(settings)
    .map(entry => entry.join('='))
    .join('\n')}\n`
}
