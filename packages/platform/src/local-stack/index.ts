export { containerIsRunning, containerLog, copyContainerData } from './containers.ts'
export {
  type DetachedStack,
  type DetachedStackOptions,
  downLocalStack,
  type FindOptions,
  findLocalStack,
  upLocalStack,
} from './detached.ts'
export { dockerCommand } from './docker-command.ts'
export { CONTAINER_LABEL, type ContainerEngine, type ContainerRunnerOptions } from './engine.ts'
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
export { stackChoice } from './resolve.ts'
export type { Runner } from './runner.ts'
export { type LocalStack, type LocalStackOptions, type StackAddresses, startLocalStack } from './stack.ts'
export type { StackPart } from './stack-part.ts'
