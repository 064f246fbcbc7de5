-- time_zone: compares what a client knows of a time zone in a year with what the first one knew that used it here, and keeps it where there is none.
--
-- Without the line of flags, as handshake: what is there is compared even when memory is short.
--
-- KEYS   1 meta   2 the digests of time zones, a hash
-- ARGV   1 expected epoch   2 the field: the time zone and the year   3 the client's digest   4 the time for which the hash lives (ms)
-- Reply  REPLY:  DONE it is the same, or the first   CONFLICT another   OTHER_EPOCH, or none
--@prelude
--@include clock, foreign, meta
local head = pack(TIME, now_us)
if not is_epoch(own_value(KEYS[1], redis.pcall('GET', KEYS[1])), ARGV[1]) then
  return OTHER_EPOCH .. head
end
local known = own_value(KEYS[2], redis.pcall('HGET', KEYS[2], ARGV[2]))
if not known then
  call('HSET', KEYS[2], ARGV[2], ARGV[3])
elseif known ~= ARGV[3] then
  return CONFLICT .. head
end
call('PEXPIRE', KEYS[2], ARGV[4])
return DONE .. head
