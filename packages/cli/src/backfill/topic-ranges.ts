import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type EventType, type Pipeline, topics } from '@millrace/core'
import type { ScanRanges } from '@millrace/platform'
import type { EventLog } from '../history/event-log.ts'
import { type DigestedTopic, type InputTopic, rangesJson } from './read-topics.ts'

/** By topic, the ranges that are read. */
type Kept = Readonly<Record<string, DigestedTopic['ranges']>>

const FILE = 'topics.json'

/**
 * How far each clean topic is read: to its end now, or as far as the backfill read that was broken off in this folder, so
 * that what that one has finished fits. Throws what the log throws.
 */
export async function keptRanges(
  pipeline: Pipeline,
  log: EventLog,
  types: readonly EventType[],
  folder: string,
): Promise<readonly InputTopic[]> {
  const now: InputTopic[] = []
  for (const type of types) {
    now.push({ topic: topics.cleanTopic(pipeline, type), type, ranges: await log.cleanRanges(type) })
  }
  const kept = await readKept(folder)
  const before = now.map(({ topic, type, ranges }) => ({
    topic,
    type,
    ranges: stillHeld(kept?.[topic], ranges),
  }))
  if (before.every((input): input is InputTopic => input.ranges !== undefined)) return before
  await mkdir(folder, { recursive: true })
  const text = Object.fromEntries(now.map(({ topic, ranges }) => [topic, rangesJson(ranges)]))
  await writeFile(join(folder, FILE), JSON.stringify(text))
  return now
}

async function readKept(folder: string): Promise<Kept | undefined> {
  const text = await readFile(join(folder, FILE), 'utf8').catch(() => undefined)
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    // Broken off while it was written.
    return undefined
  }
}

/** What was read before, if the topic holds all of it. */
function stillHeld(kept: DigestedTopic['ranges'] | undefined, now: ScanRanges): ScanRanges | undefined {
  if (kept === undefined) return undefined
  const ranges = new Map(Object.entries(kept).map(([p, [low, high]]) => [Number(p), { low, high }]))
  const isHeld = [...now].every(([partition, { low, high }]) => {
    const range = ranges.get(partition)
    return range !== undefined && range.low >= low && range.high <= high
  })
  return isHeld && ranges.size === now.size ? ranges : undefined
}
