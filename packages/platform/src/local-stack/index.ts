export {
  type DetachedStack,
  type DetachedStackOptions,
  downLocalStack,
  type FindOptions,
  findLocalStack,
  upLocalStack,
} from './detached.ts'
export { freePorts } from './free-port.ts'
export { type Guard, startGuard } from './guard.ts'
export {
  type Environment,
  type OnProgress,
  PART_NAMES,
  type PartName,
  type PartSource,
  type PartState,
  type Progress,
} from './part.ts'
export { type LocalStack, type LocalStackOptions, type StackAddresses, startLocalStack } from './stack.ts'
export type { StackPart } from './stack-part.ts'
