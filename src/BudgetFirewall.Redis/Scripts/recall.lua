#!lua flags=allow-oom
-- recall: the record of an operation that was found to have a turn. Whoever asks relies on it too from now on.
--
-- KEYS   1 meta   2 the operation's record
-- ARGV   1 expected epoch
-- Reply  REPLY, and more:
--        DONE found: the record   NOT_FOUND   OTHER_EPOCH, or none
--@prelude
--@include clock, meta
local values, head = call('MGET', KEYS[1], KEYS[2]), pack(TIME, now_us)
if not is_epoch(values[1], ARGV[1]) then
  return OTHER_EPOCH .. head
end
if not values[2] then
  return NOT_FOUND .. head
end
local status = REPLAYED
--@include share_turn
return DONE .. head .. values[2]
