import { createRegistry, Health, loadConfig, sharedConfig } from '@millrace/platform'
import { createHttpApp } from '@millrace/platform/http'
import { checkEdge } from '../../../packages/platform/src/http/check-edge.ts'
import { driftMonitorConfig } from '../../../services/drift-monitor/src/config.ts'
import { ingestorConfig } from '../../../services/ingestor/src/config.ts'
import { scorerConfig } from '../../../services/scorer/src/config.ts'
import { environmentOf } from '../environment.ts'
import { ourPods, runningPods } from '../manifests.ts'
import { containerFaults, type Rule } from './rule.ts'

const SCHEMAS: Readonly<Record<string, typeof sharedConfig>> = {
  ingestor: ingestorConfig,
  'feature-builder': sharedConfig,
  scorer: scorerConfig,
  'drift-monitor': driftMonitorConfig,
}

/** Read by Node itself. */
const RUNTIME = ['NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS']

const app = createHttpApp({ metrics: createRegistry({ service: 'test' }), health: new Health() })

/** What the services read, and where they answer, by their own code. */
export const configuration: readonly Rule[] = [
  {
    name: 'known-settings',
    faults: manifests =>
      containerFaults(ourPods(manifests), container => {
        const known = [...RUNTIME, ...Object.keys(schemaOf(container.args).shape)]
        const given = Object.keys(environmentOf(manifests, container))
        return given.filter(name => !known.includes(name)).map(name => `nothing reads ${name}`)
      }),
  },
  {
    name: 'usable-settings',
    faults: manifests =>
      containerFaults(servicesOf(manifests), container => {
        try {
          checkEdge(loadConfig(schemaOf(container.args), environmentOf(manifests, container)))
          return []
        } catch (error) {
          return [(error as Error).message]
        }
      }),
  },
  {
    name: 'ports-as-told',
    faults: manifests =>
      containerFaults(servicesOf(manifests), container => {
        const environment = environmentOf(manifests, container)
        return (container.ports ?? []).map(({ name = '', containerPort }) => {
          const setting = `${name.toUpperCase()}_PORT`
          return environment[setting] !== String(containerPort) && `${setting} is not ${containerPort}`
        })
      }),
  },
  {
    name: 'probed-paths-exist',
    faults: manifests =>
      containerFaults(servicesOf(manifests), ({ startupProbe, livenessProbe, readinessProbe }) =>
        [startupProbe, livenessProbe, readinessProbe].map(probe => {
          const path = probe?.httpGet?.path
          const isRoute = path !== undefined && app.hasRoute({ method: 'GET', url: path })
          return !isRoute && `is probed at ${path}, which nobody answers`
        }),
      ),
  },
  {
    name: 'probed-as-served',
    faults: manifests =>
      containerFaults(servicesOf(manifests), container => {
        const isSecure = environmentOf(manifests, container)['TLS_CERT_FILE'] !== undefined
        const scheme = container.readinessProbe?.httpGet?.scheme ?? 'HTTP'
        return [(scheme === 'HTTPS') !== isSecure && `is probed by ${scheme}, and answers otherwise`]
      }),
  },
]

function servicesOf(manifests: Parameters<Rule['faults']>[0]) {
  return runningPods(manifests).filter(pods => ourPods(manifests).some(({ of }) => of === pods.of))
}

function schemaOf([command = '']: readonly string[] = []): typeof sharedConfig {
  return SCHEMAS[command] ?? sharedConfig
}
