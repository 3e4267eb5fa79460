import type { Message } from 'kafkajs'

/**
 * Makes kafkajs group these messages by partition in one pass. It groups by `messages.reduce(…)` with a function that
 * copies a partition's list for every message, which costs n² copies for a send of n; so the list brings a `reduce`
 * that gives the same groups. Every message must name its partition.
 */
export function groupInOnePass(messages: Message[]): Message[] {
  return Object.defineProperty(messages, 'reduce', { value: () => Object.groupBy(messages, partitionOf) })
}

function partitionOf({ partition }: Message): number {
  return partition!
}
