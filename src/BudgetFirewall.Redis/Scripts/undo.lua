#!lua
-- undo: undoes a check or reservation whose caller does not wait for its turn any longer, unless somebody else waits for it too. A queue gets the turn
-- back where nobody has taken from it since. The operation is forgotten, so that asking for it again takes it anew.
--
-- KEYS   1 meta   2 the operation's record   then the n counters of a reservation, of the periods they were held in   then the queueing rate limits
-- ARGV   1 expected epoch
--        2 UNDO_CALL
--        3 a GIVEN_TURN for each rate limit
-- Reply  REPLY, and more:
--        DONE   NOT_FOUND, nothing was undone   OTHER_EPOCH, or none
--@prelude
--@include clock, clock_ms
local GIVEN, CALL_SIZE = 3, UNDO_CALL_SIZE
--@include check_call
local n, first_end_us, own_turn_us = unpack_bytes(UNDO_CALL, ARGV[2])
local m = #KEYS - 2 - n
if m < 0 or #ARGV[GIVEN] ~= m * GIVEN_TURN_SIZE then
  error({err = ARGUMENT .. ' arguments do not fit the keys'})
end
local values = call('MGET', unpack(KEYS))
local head, held_record = pack(TIME, now_us), values[2]
if not held_record then
  --@include meta
  return is_epoch(values[1], ARGV[1]) and NOT_FOUND .. head or OTHER_EPOCH .. head
end
local record_of_turn = held_record
--@include find_turn
if not turn_at or turn_us ~= own_turn_us or is_shared == 1 or (first_end_us == 0) ~= (kind_of_turn == CHECK_RECORD) then
  return NOT_FOUND .. head
end

--@include plan
if first_end_us > 0 then
  --@include read_reservation
  if not is_found or state ~= OPEN then
    return NOT_FOUND .. head
  end
  for i = 1, n do
    local k = i + 2
    local key, value = KEYS[k], values[k]
    --@include read_counter
    if value then
      --@include read_held
      if given_hi > 0 or given_lo > 0 then
        local new_expiry_ms = expiry_ms
        --@include remove_hold, pack_front, put_counter
      end
    end
  end
end
for i = 1, m do
  local key, value = KEYS[n + 2 + i], values[n + 2 + i]
  local micros_then, picos_then, at_us_then, back_hi, back_lo = unpack_bytes(GIVEN_TURN, ARGV[GIVEN], (i - 1) * GIVEN_TURN_SIZE + 1)
  if value then
    if #value ~= BUCKET_SIZE then
      error({err = CORRUPT .. ' ' .. key})
    end
    local version, micros, picos, at_us, old_expiry_ms = unpack_bytes(BUCKET, value)
    if version ~= LAYOUT_VERSION or picos >= MILLION or micros < FLOOR then
      error({err = CORRUPT .. ' ' .. key})
    end
    if micros == micros_then and picos == picos_then and at_us == at_us_then then
      micros = micros + back_hi * BASE
      if micros < 0 then
        micros = micros + back_lo
      end
      if micros >= 0 then
        micros, picos = 0, 0
      end
      writes[n + 2 + i] = pack(BUCKET, LAYOUT_VERSION, micros, picos, at_us, old_expiry_ms)
    end
  end
end
call('DEL', KEYS[2])
--@include write_all
return DONE .. head
