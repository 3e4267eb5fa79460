/**
 * A switch record tells a raw partition which version of a pipeline decides on the events that follow in it: it has no
 * value, and this header with the version's namespace. Its offset is the cut: versions read the same log, so that one
 * ends where the other begins, and no event is decided twice or never.
 */
export const SWITCH_HEADER = 'millrace-serving'

/** The version of the pipeline that a switch record names; undefined when it names another pipeline or none. */
export function parseSwitch(text: string, pipeline: string): number | undefined {
  const version = text.startsWith(`${pipeline}.v`) ? text.slice(pipeline.length + 2) : ''
  return /^[1-9]\d{0,8}$/.test(version) ? Number(version) : undefined
}
