/** `npm run operator-rules`: writes the rules for Kubernetes from those of deploy/prometheus. */
import { writeFile } from 'node:fs/promises'
import { OPERATOR_RULES, operatorRules } from './operator-rules.ts'

await writeFile(OPERATOR_RULES, operatorRules())
