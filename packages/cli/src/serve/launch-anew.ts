import type { ServiceLaunch } from '@millrace/platform/launch'

/**
 * Starts this program anew, as the same process, unless it was started with these flags: Node reads them only at its
 * start. Where a process cannot be replaced, as on Windows, it goes on as it is.
 */
export function launchAnewUnlessWith({ flags, env }: ServiceLaunch): void {
  const missing = flags.filter(flag => !process.execArgv.includes(flag))
  if (missing.length === 0 || process.platform === 'win32') return
  const args = [process.execPath, ...process.execArgv, ...missing, ...process.argv.slice(1)]
  process.execve?.(process.execPath, args, { ...env, ...process.env })
}
