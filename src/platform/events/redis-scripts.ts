/** State and dedupe keys are hashes, entries a stream; whoever appends tells the channel. */
const PREFIX = 'wealthgraph:events';
export const KEYS = [PREFIX, `${PREFIX}:entries`, `${PREFIX}:keys`];
export const CHANNEL = `${PREFIX}:appended`;

/**
 * KEYS of every script: state, entries, keys. ARGV[1]: an id for a new log. Where Redis has lost the state, or the entries that the state
 * tells of, it is another log from then on: what it still has could not be told from what is gone, and cursors must not match by chance.
 */
const STATE = `
local function state()
  local s = redis.call('HMGET', KEYS[1], 'log', 'last', 'trimmed', 'entries', 'bytes')
  if s[1] and (tonumber(s[4]) == 0 or redis.call('EXISTS', KEYS[2]) == 1) then return s end
  redis.call('DEL', KEYS[2], KEYS[3])
  redis.call('HSET', KEYS[1], 'log', ARGV[1], 'last', '0', 'trimmed', '0', 'entries', '0', 'bytes', '0')
  return {ARGV[1], '0', '0', '0', '0'}
end
local function digits(number) return string.format('%.0f', number) end
local function clock(given)
  if given ~= '' then return tonumber(given) end
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end
`;

/** ARGV: id, now in microseconds (or empty for Redis's own), then digest and text of each. Returns the log's id, then place and 1 for what is new. */
export const APPEND = `
${STATE}
local s = state()
local before, last, entries, bytes, now = tonumber(s[2]), tonumber(s[2]), tonumber(s[4]), tonumber(s[5]), clock(ARGV[2])
local result = {s[1]}
for i = 3, #ARGV, 2 do
  local known = redis.call('HGET', KEYS[3], ARGV[i])
  result[i] = known and 0 or 1
  if not known then
    last = math.max(last + 1, now)
    known = digits(last)
    redis.call('XADD', KEYS[2], known .. '-0', 'key', ARGV[i], 'entry', ARGV[i + 1])
    redis.call('HSET', KEYS[3], ARGV[i], known)
    entries, bytes = entries + 1, bytes + #ARGV[i + 1]
  end
  result[i - 1] = known
end
if last > before then
  redis.call('HSET', KEYS[1], 'last', digits(last), 'entries', digits(entries), 'bytes', digits(bytes))
  redis.call('PUBLISH', '${CHANNEL}', digits(last))
end
return result
`;

/** ARGV: id, from where (as XRANGE takes it), how many. Returns the state, and the entries. */
export const READ = `
${STATE}
return {state(), redis.call('XRANGE', KEYS[2], ARGV[2], '+', 'COUNT', ARGV[3])}
`;

/** ARGV: id, now, age in microseconds, entries, bytes (or empty), how many at most. Returns how many are gone. */
export const TRIM = `
${STATE}
local s = state()
local trimmed, entries, bytes = tonumber(s[3]), tonumber(s[4]), tonumber(s[5])
local oldest, count, most = clock(ARGV[2]) - tonumber(ARGV[3]), 0, tonumber(ARGV[6])
local done = false
while not done and count < most do
  local some = redis.call('XRANGE', KEYS[2], digits(trimmed + 1) .. '-0', '+', 'COUNT', 20)
  done = #some == 0
  for _, entry in ipairs(some) do
    local place, fields = tonumber(string.match(entry[1], '^%d+')), entry[2]
    local isBeyond = place < oldest or entries > tonumber(ARGV[4]) or (ARGV[5] ~= '' and bytes > tonumber(ARGV[5]))
    if not isBeyond or count == most then
      done = true
      break
    end
    redis.call('HDEL', KEYS[3], fields[2])
    trimmed, entries, bytes, count = place, entries - 1, bytes - #fields[4], count + 1
  end
end
if count > 0 then
  redis.call('XTRIM', KEYS[2], 'MINID', digits(trimmed + 1) .. '-0')
  redis.call('HSET', KEYS[1], 'trimmed', digits(trimmed), 'entries', digits(entries), 'bytes', digits(bytes))
end
return count
`;
