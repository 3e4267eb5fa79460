export { type OpenNamespace, testStateStore } from './contracts/state-store-contract.ts'
export { type Driven, type DriveOptions, driveStage } from './drive-stage.ts'
export { forEachSeed, seedsOf } from './for-each-seed.ts'
export { ManualClock } from './manual-clock.ts'
export { MemoryNamespace, type NamespaceSnapshot } from './memory-namespace.ts'
export { type BorderCases, borderCases } from './oracle/border-cases.ts'
export { type HandbookFeatures, handbookFeatures } from './oracle/handbook-oracle.ts'
export { type HandledEvent, naiveFeatures } from './oracle/naive-features.ts'
export { exactSum, naiveMeasure, type TimedValue } from './oracle/naive-measures.ts'
export { overrideStore } from './override-store.ts'
export {
  PipelineDriver,
  type PipelineDriverOptions,
  type ScoredEvent,
  type Sent,
} from './pipeline-driver.ts'
export { SeededRandom } from './seeded-random.ts'
