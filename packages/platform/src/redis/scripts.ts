/*
 * The scripts that keep the states of one stage partition. KEYS[1] is its checkpoint (a hash: sequence, id, body,
 * watermark). The states are not in KEYS, where each of them would cost as much as what it holds: they are in the same
 * hash slot, so they are where the checkpoint is. Their keys begin with one prefix; the rest of each, with its value
 * where it has one, comes in MessagePack lists (`PackedLists`).
 */

/**
 * Fails while the slot moves to another node of a cluster: then some of its keys are here and some there, and a key that
 * is not named would be taken for one that does not exist. A command with several keys is refused on both nodes where one
 * of them is missing, so one is asked for that never exists.
 */
const NOT_WHILE_SLOT_MOVES = `redis.call('EXISTS', KEYS[1], KEYS[1] .. ':none')`

/**
 * Writes states and checkpoint, all or nothing. ARGV[1], ARGV[2] sequence and id of the write that this one follows ('0'
 * and '' before the first); ARGV[3] id of this write; ARGV[4] lifetime of the states in ms; ARGV[5] the prefix; ARGV[6]
 * body; ARGV[7] watermark; ARGV[8…] lists of keys and states, false for one to be erased.
 * Answers the new sequence, or nil when another write came in between. The same write sent again changes nothing.
 */
export const WRITE_SCRIPT = `
${NOT_WHILE_SLOT_MOVES}
local stored = redis.call('HMGET', KEYS[1], 'sequence', 'id')
local sequence, id = stored[1] or '0', stored[2] or ''
if id == ARGV[3] then return sequence end
if sequence ~= ARGV[1] or id ~= ARGV[2] then return nil end
local following = string.format('%d', tonumber(sequence) + 1)
redis.call('HSET', KEYS[1], 'sequence', following, 'id', ARGV[3], 'body', ARGV[6], 'watermark', ARGV[7])
for list = 8, #ARGV do
  local pairs = cmsgpack.unpack(ARGV[list])
  for i = 1, #pairs, 2 do
    local key, state = ARGV[5] .. pairs[i], pairs[i + 1]
    if state then redis.call('SET', key, state, 'PX', ARGV[4]) else redis.call('DEL', key) end
  end
end
return following
`

/**
 * Reads states as the partition's owner. ARGV[1], ARGV[2] sequence and id of the reader's last change; ARGV[3] the prefix;
 * ARGV[4…] lists of keys.
 * Answers for each list one of the values, false where there is none; or nil when another change came after the reader's:
 * a former owner must not see its successor's states.
 */
export const READ_SCRIPT = `
${NOT_WHILE_SLOT_MOVES}
local stored = redis.call('HMGET', KEYS[1], 'sequence', 'id')
if (stored[1] or '0') ~= ARGV[1] or (stored[2] or '') ~= ARGV[2] then return nil end
local lists = {}
for list = 4, #ARGV do
  local keys = cmsgpack.unpack(ARGV[list])
  for i = 1, #keys do keys[i] = redis.call('GET', ARGV[3] .. keys[i]) end
  lists[list - 3] = cmsgpack.pack(keys)
end
return lists
`

/**
 * Stores the states that have no value, as the partition's owner. ARGV[1], ARGV[2] sequence and id of the owner's last
 * change; ARGV[3] id of this put; ARGV[4] lifetime of the states in ms; ARGV[5] the prefix; ARGV[6…] lists of keys and
 * states, false for a key that is only looked at.
 * Answers pairs of the place of a key (from 0) and the value that it had, or nil when another change came in between. The
 * id is stored, so that an owner notices when a put is lost.
 */
export const PUT_IF_ABSENT_SCRIPT = `
${NOT_WHILE_SLOT_MOVES}
local stored = redis.call('HMGET', KEYS[1], 'sequence', 'id')
if stored[2] ~= ARGV[3] then
  if (stored[1] or '0') ~= ARGV[1] or (stored[2] or '') ~= ARGV[2] then return nil end
  redis.call('HSET', KEYS[1], 'id', ARGV[3])
end
local held, place = {}, 0
for list = 6, #ARGV do
  local pairs = cmsgpack.unpack(ARGV[list])
  for i = 1, #pairs, 2 do
    local key, value = ARGV[5] .. pairs[i], pairs[i + 1]
    if not (value and redis.call('SET', key, value, 'NX', 'PX', ARGV[4])) then
      local before = redis.call('GET', key)
      if before then
        held[#held + 1] = place
        held[#held + 1] = before
      end
    end
    place = place + 1
  end
end
return held
`
