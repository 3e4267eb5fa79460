import type { Section } from './dashboard.ts'
import { graph } from './panels.ts'
import { perSecond } from './queries.ts'

const OURS = 'service=~"ingestor|feature-builder|scorer|drift-monitor"'

/** What the processes of the services take. */
export const PROCESSES: Section = {
  title: 'Processes',
  lines: [
    [
      graph({
        title: 'CPU',
        description: 'Cores that each process uses, worker threads included.',
        unit: 'short',
        queries: [['{{service}} {{instance}}', perSecond('process_cpu_seconds_total', OURS)]],
      }),
      graph({
        title: 'Memory of what it may have',
        description:
          'Resident memory of the limit of its container, or of the machine. Beyond 90 % it makes a ticket.',
        unit: 'percentunit',
        max: 1,
        limits: { bad: 0.9 },
        queries: [['{{service}} {{instance}}', 'process_resident_memory_bytes / service_memory_limit_bytes']],
      }),
      graph({
        title: 'Event loop, p99',
        description:
          'How long work waits for the event loop: near the sampling of 50 ms it has nothing to wait for.',
        unit: 's',
        limits: { bad: 0.5 },
        queries: [['{{service}} {{instance}}', `nodejs_eventloop_lag_p99_seconds{${OURS}}`]],
      }),
    ],
    [
      graph({
        title: 'Resident memory',
        description: 'By process.',
        unit: 'bytes',
        queries: [['{{service}} {{instance}}', `process_resident_memory_bytes{${OURS}}`]],
      }),
      graph({
        title: 'Garbage collection',
        description: 'Share of the time that collections take.',
        unit: 'percentunit',
        queries: [
          [
            '{{service}} {{instance}}',
            `sum by (service, instance) (${perSecond('nodejs_gc_duration_seconds_sum', OURS)})`,
          ],
        ],
      }),
      graph({
        title: 'Up since',
        description: 'Age of each process: a line that falls is a restart.',
        unit: 's',
        queries: [['{{service}} {{instance}}', `time() - process_start_time_seconds{${OURS}}`]],
      }),
    ],
  ],
}
