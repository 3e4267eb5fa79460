/** `npm run dashboards`: writes deploy/grafana/dashboards from their declarations. */
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { dashboardFiles } from './files.ts'

const folder = resolve(import.meta.dirname, '../dashboards')

for (const [name, text] of dashboardFiles()) await writeFile(resolve(folder, name), text)
