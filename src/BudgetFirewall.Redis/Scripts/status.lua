#!lua flags=no-writes
-- status: reads the state of counters and rate limits. Changes nothing.
--
-- KEYS   1 meta   then n counters   then the rate limits   then the ADAPTATION of each adaptive one
-- ARGV   1 expected meta: epoch and catalog version
--        2 DECISION_CALL
--        3 a RATE_LIMIT for each rate limit, an ADAPTIVE for each adaptive one; nothing is taken
-- Reply  REPLY, and more:
--        DONE: the FRONT of each counter, the LEVEL of each rate limit   WRONG_PERIOD   STALE_CATALOG   OTHER_EPOCH, or none
--@prelude
--@include clock, clock_ms
local FIRST, RATES, CALL_SIZE = 2, 3, DECISION_CALL_SIZE
--@include check_call
local from_ms, until_ms, n, adaptives = unpack_bytes(DECISION_CALL, ARGV[2])
local head, m = pack(TIME, now_us), #KEYS - 1 - n - adaptives
if now_ms < from_ms or now_ms >= until_ms then
  return WRONG_PERIOD .. head
end
if m < adaptives or #ARGV[RATES] ~= m * RATE_LIMIT_SIZE + adaptives * ADAPTIVE_SIZE then
  error({err = ARGUMENT .. ' arguments do not fit the keys'})
end
local values = call('MGET', unpack(KEYS))
if values[1] ~= ARGV[1] then
  --@include meta
  return is_epoch(values[1], ARGV[1]) and STALE_CATALOG .. head or OTHER_EPOCH .. head
end
--@include fronts_as_they_are, levels_as_they_are
return DONE .. head .. table.concat(fronts_now) .. levels_now
