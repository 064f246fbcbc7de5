#!lua
-- correct: takes what is given back of a charge out of its counters, of whatever periods, as far as they are there and so much is spent in them. Makes no
-- counter, and arms no warning again.
--
-- KEYS   1 meta   2 the correction's record   then n counters, each another one
-- ARGV   1 expected epoch   2 CORRECT_CALL   3 the time for which the id is remembered (ms, digits)   4 n AMOUNTs to take
-- Reply  REPLY, and more:
--        DONE, REPLAYED, done before: the time of the first time (TIME); for each counter the AMOUNT taken, a byte, 1 where it is there, and its FRONT
--        CONFLICT, done before with other content   NOT_FOUND, it is too late to do it   OTHER_EPOCH, or none
-- Ledger with one, the stream is the last of KEYS, and what the client says of the entry the last of ARGV
--@prelude
--@entry take_entry
--@include clock, clock_ms
local CALL_SIZE, LIFE, AMOUNTS, delay_us = CORRECT_CALL_SIZE, 3, 4, 0
--@include check_call
local n, not_after_us, fingerprint = unpack_bytes(CORRECT_CALL, ARGV[2])
local head = pack(TIME, now_us)
if #KEYS ~= n + 2 or #ARGV[AMOUNTS] ~= n * AMOUNT_SIZE or not string.find(ARGV[LIFE], '^[1-9]%d?%d?%d?%d?%d?%d?%d?%d?%d?%d?%d?$') then
  error({err = ARGUMENT .. ' arguments do not fit the keys'})
end
for i = 1, n do
  local asked_hi, asked_lo = unpack_bytes(AMOUNT, ARGV[AMOUNTS], (i - 1) * AMOUNT_SIZE + 1)
  if asked_lo >= BASE or asked_hi > MAX_HI or (asked_hi == MAX_HI and asked_lo > MAX_LO) then
    error({err = ARGUMENT .. ' an amount is out of range'})
  end
end

local values = call('MGET', unpack(KEYS))
local held_record = values[2]
if held_record then
  local kind, recorded, done_us = unpack_bytes(CORRECTION, held_record .. string.rep('\0', CORRECTION_SIZE))
  if #held_record < CORRECTION_SIZE or (#held_record - CORRECTION_SIZE) % AMOUNT_SIZE ~= 0 or kind ~= CORRECTION_RECORD then
    error({err = CORRUPT .. ' ' .. KEYS[2]})
  end
  if recorded ~= fingerprint or #held_record ~= CORRECTION_SIZE + n * AMOUNT_SIZE then
    return CONFLICT .. head
  end
  local FIRST = 3
  --@include fronts_as_they_are
  for i = 1, n do
    local moved_at = CORRECTION_SIZE + (i - 1) * AMOUNT_SIZE + 1
    fronts_now[i] = sub(held_record, moved_at, moved_at + AMOUNT_SIZE - 1) .. (values[i + 2] and '\1' or '\0') .. fronts_now[i]
  end
  return REPLAYED .. head .. pack(TIME, done_us) .. table.concat(fronts_now)
end
--@include meta
if not is_epoch(values[1], ARGV[1]) then
  return OTHER_EPOCH .. head
end
if now_us >= not_after_us then
  return NOT_FOUND .. head
end

--@include plan, plan_fronts
local taken = ''
for i = 1, n do
  local k = i + 2
  local key, value = KEYS[k], values[k]
  --@include read_counter
  local moved_hi, moved_lo = unpack_bytes(AMOUNT, ARGV[AMOUNTS], (i - 1) * AMOUNT_SIZE + 1)
  if moved_hi > spent_hi or (moved_hi == spent_hi and moved_lo > spent_lo) then
    moved_hi, moved_lo = spent_hi, spent_lo
  end
  spent_hi, spent_lo = spent_hi - moved_hi, spent_lo - moved_lo
  if spent_lo < 0 then
    spent_hi, spent_lo = spent_hi - 1, spent_lo + BASE
  end
  local new_expiry_ms, moved = expiry_ms, pack(AMOUNT, moved_hi, moved_lo)
  --@include pack_front
  taken = taken .. moved
  fronts[i] = moved .. (value and '\1' or '\0') .. front
  if moved_hi > 0 or moved_lo > 0 then
    --@include put_counter
  end
end
local record = pack(CORRECTION, CORRECTION_RECORD, fingerprint, now_us) .. taken
--@include write_record
--@entry entry_of_correction, append_entry
--@include write_all
return DONE .. head .. pack(TIME, now_us) .. table.concat(fronts)
