import type { DriftLevel } from '../message/drift-verdict.ts'
import type { WindowCounts } from '../message/statistics-record.ts'
import type { ModelTrack } from './drift-state.ts'

/** Before the first verdict on a model. */
export function newTrack(digest: string): ModelTrack {
  return { digest, judgedUpTo: -Infinity, drifting: 0, quiet: 0, driftingSince: null, episode: null }
}

/**
 * Follows a model over one more window. An episode opens when `persistence` windows in a row drifted, in whatever
 * feature, and closes when as many in a row were stable: a warning keeps an open episode open, so that a PSI about
 * the threshold asks for one new model and not for several. Windows without a level change neither row.
 */
export function followWindow(
  track: ModelTrack,
  { window, model }: Pick<WindowCounts, 'window' | 'model'>,
  level: DriftLevel | null,
  persistence: number,
): ModelTrack {
  const judged = { ...track, judgedUpTo: window.start }
  if (level === null) return judged
  const drifting = level === 'drift' ? track.drifting + 1 : 0
  const quiet = level === 'stable' ? track.quiet + 1 : 0
  const driftingSince = drifting === 1 ? window.start : track.driftingSince
  const opened = drifting >= persistence ? `${model.name}/${model.version}/${window.start}` : null
  const episode = quiet >= persistence ? null : (track.episode ?? opened)
  return { ...judged, drifting, quiet, driftingSince, episode }
}
