-- Replaces a reservation's record. A settled one stays for as long as its explicit id is remembered, and at least a minute.
--
-- in: held_record, made_us, first_end_us, end_us, slot_end_ms, keep_until_us, record_keep_us, n, tail_at, now_us
-- in: new_state, new_tail (what the record says behind the amounts held)
local record_end_us = end_us + record_keep_us
if new_state ~= OPEN then
  record_end_us = math.max(keep_until_us, now_us + 60000000)
end
call('SET', KEYS[2], RESERVATION_RECORD .. new_state .. pack(TIMES, made_us, first_end_us, end_us, slot_end_ms, keep_until_us, record_keep_us, n)
  .. sub(held_record, RESERVATION_HEAD_AT, tail_at - 1) .. new_tail, 'PXAT', string.format('%.0f', math.ceil(record_end_us / 1000)))
