/** Makes ready what the job needs: a model version in MODEL_FOLDER, topics and schemas. Then it ends. */
import { createKafka, loadPipeline, SchemaDirectory } from '@millrace/platform'
import { deployPipeline } from '@millrace/platform/deploy'
import { writeModelVersion } from './model-version.ts'
import { wanted } from './wanted.ts'

const pipeline = await loadPipeline(wanted('PIPELINE'))
await writeModelVersion(wanted('MODEL_FOLDER'), wanted('MODEL'), pipeline.model.inputs)
const kafka = createKafka({
  brokers: wanted('KAFKA_BROKERS').split(','),
  clientId: 'job',
  log: { debug() {}, warn() {} },
})
const admin = kafka.admin()
await admin.connect()
const directory = new SchemaDirectory(wanted('SCHEMA_REGISTRY_URL'))
await deployPipeline({ admin, directory, pipeline, partitions: { raw: 4, stage: 4 } })
await admin.disconnect()
