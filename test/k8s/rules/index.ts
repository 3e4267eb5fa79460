import { availability } from './availability.ts'
import { configuration } from './configuration.ts'
import { containers } from './containers.ts'
import { network } from './network.ts'
import { pipelineRules } from './pipeline.ts'
import { podSecurity } from './pod-security.ts'
import { references } from './references.ts'
import type { Rule } from './rule.ts'

/** Every rule that our manifests keep to. */
export const RULES: readonly Rule[] = [
  ...podSecurity,
  ...containers,
  ...availability,
  ...network,
  ...references,
  ...configuration,
  ...pipelineRules,
]
