import { Command } from 'ioredis'

/** What commands have beyond their published type. The version of ioredis is pinned for its sake. */
interface TimedCommand {
  _commandTimeoutTimer: NodeJS.Timeout | undefined
  _blockingTimeoutTimer: NodeJS.Timeout | undefined
  _clearTimers(): void
}

/**
 * ioredis 6.0.0 deletes the timer from each command that is answered, after which V8 keeps the properties of that command
 * in a hash table of its own: a tenth of what a small command costs. Here the timer is stopped, and its place is left.
 */
export function forgetTimers(): void {
  const prototype = Command.prototype as unknown as TimedCommand
  prototype._clearTimers = function (this: TimedCommand) {
    if (this._commandTimeoutTimer !== undefined) {
      clearTimeout(this._commandTimeoutTimer)
      this._commandTimeoutTimer = undefined
    }
    if (this._blockingTimeoutTimer !== undefined) {
      clearTimeout(this._blockingTimeoutTimer)
      this._blockingTimeoutTimer = undefined
    }
  }
}
