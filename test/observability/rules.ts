import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { PROMETHEUS_FOLDER } from '../harness/prometheus.ts'

/** A rule as its file has it. */
export interface RuleFile {
  readonly record?: string
  readonly alert?: string
  readonly expr: string
  readonly for?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

export interface Alert extends RuleFile {
  readonly alert: string
}

/** The files of a folder of deploy/prometheus. */
export function filesOf(folder: 'rules' | 'tests'): readonly string[] {
  return readdirSync(join(PROMETHEUS_FOLDER, folder)).map(file => join(PROMETHEUS_FOLDER, folder, file))
}

export function readRules(): readonly RuleFile[] {
  return filesOf('rules').flatMap(file => {
    const { groups } = parse(readFileSync(file, 'utf8')) as {
      groups: readonly { rules: readonly RuleFile[] }[]
    }
    return groups.flatMap(({ rules }) => rules)
  })
}

export function readAlerts(): readonly Alert[] {
  return readRules().filter((rule): rule is Alert => rule.alert !== undefined)
}
