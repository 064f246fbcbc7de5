#!lua flags=no-writes
-- find: the record of an operation.
--
-- KEYS   1 meta   2 the operation's record
-- ARGV   1 expected epoch
-- Reply  one byte, the server's time (us, 8 bytes), and more:
--        D found: the record   N none   E another epoch, or none
--@include clock
--@include meta
local values = call('MGET', KEYS[1], KEYS[2])
-- First, because another data set has another secret, by which the id that is looked for must be verified.
if not is_epoch(values[1], ARGV[1]) then
  return 'E' .. pack('<I8', now_us)
end
if values[2] then
  return 'D' .. pack('<I8', now_us) .. values[2]
end
if call('EXISTS', KEYS[2]) == 1 then
  error({err = 'BFCORRUPT ' .. KEYS[2]})
end
return 'N' .. pack('<I8', now_us)
