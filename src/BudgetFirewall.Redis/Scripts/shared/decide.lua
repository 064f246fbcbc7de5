-- What check, reserve, spend and charge do first. The period comes before the operation's record only so that readings are of
-- the present period: the client repeats the call at once under the right keys.
--   out  n counters, m buckets   values of all keys   head: the server's time as replies carry it
local from_ms, until_ms, n = unpack_bytes('<I6I6I1', ARGV[2])
local m = #KEYS - 2 - n
local head = pack('<I8', now_us)
if now_ms < from_ms or now_ms >= until_ms then
  return 'P' .. head
end
if #ARGV[RECORD] < AMOUNTS_AT - 1 + n * AMOUNT_SIZE or #ARGV[LIMITS] ~= n * LIMIT_SIZE or #ARGV[BUCKETS] ~= m * TAKE_SIZE then
  refuse('arguments do not fit the keys')
end
--@include check_cost
local values = call('MGET', unpack(KEYS))
if values[2] then
  --@include readings
  return 'R' .. head .. readings(3, n, m) .. values[2]
end
if values[1] ~= ARGV[1] then
  --@include meta
  return is_epoch(values[1], ARGV[1]) and 'S' .. head or 'E' .. head
end
