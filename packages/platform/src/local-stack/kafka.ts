import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { requireJava } from './java.ts'
import { mavenFolder } from './maven.ts'
import type { InstallContext, Launch, PartDefinition } from './part.ts'
import { kafkaAnswers } from './probe.ts'
import { runCommand } from './run-command.ts'

/** The same for every stack, so that a data folder can be used again. */
const CLUSTER_ID = 'bWlsbHJhY2UtbG9jYWwtMQ'
/** Java's second compiler takes half a core for minutes: more than it saves in the life of a local stack. */
const JAVA_OPTIONS = ['-Xmx512m', '-XX:TieredStopAtLevel=1']

/** What a single small node needs, wherever it runs. */
const COMMON_SETTINGS: Readonly<Record<string, string>> = {
  'process.roles': 'broker,controller',
  'node.id': '1',
  'controller.listener.names': 'CONTROLLER',
  'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
  'auto.create.topics.enable': 'false',
  'offsets.topic.replication.factor': '1',
  'offsets.topic.num.partitions': '4',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'transaction.state.log.num.partitions': '4',
  'share.coordinator.state.topic.replication.factor': '1',
  'share.coordinator.state.topic.min.isr': '1',
  'group.initial.rebalance.delay.ms': '0',
  'group.min.session.timeout.ms': '1000',
  // A broker that was killed may register again only when its old session is over; the default is 9 s.
  'broker.session.timeout.ms': '3000',
  'broker.heartbeat.interval.ms': '500',
  // The default, 128 MiB, is a quarter of the heap.
  'log.cleaner.dedupe.buffer.size': String(16 * 1024 * 1024),
}

/** Apache Kafka 4.1.1: one KRaft node that is broker and controller. */
export const kafka: PartDefinition = {
  name: 'kafka',
  givenBy: 'KAFKA_BROKERS',
  portCount: 2,
  container: {
    image: 'apache/kafka:4.1.1',
    port: 9092,
    dataPath: '/var/lib/kafka/data',
    envFor: hostPort => ({
      CLUSTER_ID,
      KAFKA_HEAP_OPTS: JAVA_OPTIONS.join(' '),
      ...asContainerEnv({
        ...COMMON_SETTINGS,
        listeners: 'PLAINTEXT://:9092,CONTROLLER://:9093',
        'advertised.listeners': `PLAINTEXT://127.0.0.1:${hostPort}`,
        'controller.quorum.voters': '1@localhost:9093',
        'log.dirs': '/var/lib/kafka/data',
      }),
    }),
    command: [],
  },
  install: installKafka,
  addressOf: port => `127.0.0.1:${port}`,
  answers: kafkaAnswers,
}

async function installKafka(context: InstallContext): Promise<Launch> {
  const java = await requireJava('kafka', context.env)
  const folder = await mavenFolder('kafka', context)
  const quiet = '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'
  const jvm = [...JAVA_OPTIONS, quiet, '-cp', join(folder, '*')]
  return async ({ ports: [port, controllerPort], dir }) => {
    const settings = join(dir, 'server.properties')
    await writeFile(settings, asProperties(processSettings(port, controllerPort!, dir)))
    const format = [
      'kafka.tools.StorageTool',
      'format',
      '--ignore-formatted',
      '-t',
      CLUSTER_ID,
      '-c',
      settings,
    ]
    await runCommand(java, [...jvm, ...format], { env: context.env })
    return { program: java, args: [...jvm, 'kafka.Kafka', settings] }
  }
}

function processSettings(port: number, controllerPort: number, dir: string): Record<string, string> {
  return {
    ...COMMON_SETTINGS,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'log.dirs': join(dir, 'log'),
  }
}

function asProperties(settings: Record<string, string>): string {
  // In a properties file a backslash begins an escape.
  const lines = Object.entries(settings).map(([key, value]) => `${key}=${value.replaceAll('\\', '\\\\')}`)
  return `${lines.join('\n')}\n`
}

/** The image reads its settings from variables: `log.dirs` is KAFKA_LOG_DIRS. */
function asContainerEnv(settings: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [
      `KAFKA_${key.toUpperCase().replaceAll('.', '_')}`,
      value,
    ]),
  )
}
