#!lua flags=no-writes
-- find: the record of an operation.
--
-- KEYS   1 meta   2 the operation's record
-- ARGV   1 expected epoch
-- Reply  REPLY, and more:
--        DONE found: the record   NOT_FOUND   OTHER_EPOCH, or none
--@prelude
--@include clock, meta
local values, head = call('MGET', KEYS[1], KEYS[2]), pack(TIME, now_us)
-- First, because another data set has another secret, by which the id that is looked for must be verified.
if not is_epoch(values[1], ARGV[1]) then
  return OTHER_EPOCH .. head
end
if values[2] then
  return DONE .. head .. values[2]
end
if call('EXISTS', KEYS[2]) == 1 then
  error({err = CORRUPT .. ' ' .. KEYS[2]})
end
return NOT_FOUND .. head
