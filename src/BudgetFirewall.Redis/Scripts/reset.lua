#!lua
-- reset: sets what a counter has spent in its present period to zero and arms its warnings again. Holds stay.
--
-- KEYS   1 meta   2 the counter   3 the record of this reset: repeated, it must not take away what was spent since
-- ARGV   1 expected epoch   2 packed '<I6I6': from and until (ms) the counter's key is that of the present period
-- Reply  one byte, the server's time (us, 8 bytes):  D done   P another period   E another epoch, or none
--@include clock, amount, counter
if #ARGV[2] ~= 12 then
  refuse('a call must be 12 bytes')
end
local from_ms, until_ms = unpack_bytes('<I6I6', ARGV[2])
local head = pack('<I8', now_us)
if now_ms < from_ms or now_ms >= until_ms then
  return 'P' .. head
end
local values = call('MGET', unpack(KEYS))
if values[3] then
  return 'D' .. head
end
--@include meta
if not is_epoch(values[1], ARGV[1]) then
  return 'E' .. head
end
local key, value = KEYS[2], values[2]
--@include read_counter
if value then
  if not call('SET', KEYS[3], 'Z', 'PX', '60000', 'NX') then
    corrupt(KEYS[3])
  end
  local front = pack(FRONT, 1, 0, 0, hh, hl, 0, purged, expiry, next_end, first_end, fh, fl)
  call('SETRANGE', key, '0', rest and front .. rest or front)
end
return 'D' .. head
