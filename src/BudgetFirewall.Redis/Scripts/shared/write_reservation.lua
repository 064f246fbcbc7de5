-- Replaces a reservation's record. A settled one stays for as long as its given id is remembered, and at least a minute.
--   in  held, first, expires_us, slot_end, keep_until, record_keep, n, tail   new_state   settled: what the record says from its tail on
local record_end_us = expires_us + record_keep
if new_state ~= 'o' then
  record_end_us = math.max(keep_until, now_us + 60000000)
end
call('SET', KEYS[2], 'R' .. new_state .. pack(TIMES, first, expires_us, slot_end, keep_until, record_keep, n)
  .. sub(held, AMOUNTS_HELD_AT - 25, tail - 1) .. settled, 'PXAT', string.format('%.0f', math.ceil(record_end_us / 1000)))
