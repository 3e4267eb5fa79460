import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

const RULES = join(import.meta.dirname, 'rules')

/** Where `npm run operator-rules` writes them. */
export const OPERATOR_RULES = join(import.meta.dirname, '../k8s/components/prometheus-operator/rules.yaml')

/** The rules as the Prometheus operator takes them: a PrometheusRule for each file of rules. */
export function operatorRules(): string {
  const objects = readdirSync(RULES)
    .sort()
    .map(file => prometheusRule(basename(file, '.yaml'), readFileSync(join(RULES, file), 'utf8')))
  return `# Made of deploy/prometheus/rules by "npm run operator-rules".\n${objects.join('---\n')}`
}

function prometheusRule(name: string, rules: string): string {
  const spec = rules.trimEnd().replaceAll(/^(?=.)/gm, '  ')
  return `apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: { name: ${name} }\nspec:\n${spec}\n`
}
