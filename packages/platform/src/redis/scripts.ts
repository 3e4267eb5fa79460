/**
 * Writes states and checkpoint of one stage partition, all or nothing.
 * KEYS[1] checkpoint (hash: sequence, id, body, watermark); KEYS[2…] states, behind them those to be erased.
 * ARGV[1], ARGV[2] sequence and id of the write that this one follows ('0' and '' before the first);
 * ARGV[3] id of this write; ARGV[4] body; ARGV[5] watermark; ARGV[6] lifetime of the states in ms; ARGV[7…] states.
 * Answers the new sequence, or nil when another write came in between. The same write sent again changes nothing.
 */
export const WRITE_SCRIPT = `
local stored = redis.call('HMGET', KEYS[1], 'sequence', 'id')
local sequence, id = stored[1] or '0', stored[2] or ''
if id == ARGV[3] then return sequence end
if sequence ~= ARGV[1] or id ~= ARGV[2] then return nil end
local following = string.format('%d', tonumber(sequence) + 1)
redis.call('HSET', KEYS[1], 'sequence', following, 'id', ARGV[3], 'body', ARGV[4], 'watermark', ARGV[5])
for i = 2, #KEYS do
  local state = ARGV[i + 5]
  if state then redis.call('SET', KEYS[i], state, 'PX', ARGV[6]) else redis.call('DEL', KEYS[i]) end
end
return following
`

/**
 * Reads states of one stage partition as its owner.
 * KEYS[1] checkpoint; KEYS[2…] states. ARGV[1], ARGV[2] sequence and id of the reader's last write.
 * Answers the values, or nil when another write came after it: a former owner must not see its successor's states.
 */
export const READ_SCRIPT = `
local stored = redis.call('HMGET', KEYS[1], 'sequence', 'id')
if (stored[1] or '0') ~= ARGV[1] or (stored[2] or '') ~= ARGV[2] then return nil end
local values = {}
for i = 2, #KEYS do values[i - 1] = redis.call('GET', KEYS[i]) end
return values
`

/**
 * Stores the states of one stage partition that have no value, as its owner. KEYS[1] checkpoint. ARGV[1], ARGV[2]
 * sequence and id of the owner's last change; ARGV[3] id of this put; ARGV[4] lifetime of the states in ms; ARGV[5] what
 * their keys begin with, the hash tag of the checkpoint included; ARGV[6] the rest of each key and its value (`packPairs`), false for a key
 * that is only looked at. The keys are not in KEYS, where each of them would cost more than its state: they are of the
 * same hash slot, so they are where the checkpoint is.
 * Answers pairs of the place of a key (from 0) and the value that it had, or nil when another change came in between. The
 * id is stored, so that an owner notices when a put is lost.
 */
export const PUT_IF_ABSENT_SCRIPT = `
local stored = redis.call('HMGET', KEYS[1], 'sequence', 'id')
if stored[2] ~= ARGV[3] then
  if (stored[1] or '0') ~= ARGV[1] or (stored[2] or '') ~= ARGV[2] then return nil end
  redis.call('HSET', KEYS[1], 'id', ARGV[3])
end
local pairs, held = cmsgpack.unpack(ARGV[6]), {}
for i = 1, #pairs, 2 do
  local key, value = ARGV[5] .. pairs[i], pairs[i + 1]
  if not (value and redis.call('SET', key, value, 'NX', 'PX', ARGV[4])) then
    local before = redis.call('GET', key)
    if before then
      held[#held + 1] = (i - 1) / 2
      held[#held + 1] = before
    end
  end
end
return held
`
