#!lua
-- extend: moves the end of an open reservation's lease to the old end, or to now plus a time where that is later.
--
-- KEYS   1 meta   2 the reservation's record   then its n counters, of the periods they were held in   whatever follows is not looked at
-- ARGV   1 expected epoch
--        2 packed '<I1I8I8I6': n   the end of the lease as first given (us)   the time from now (us)   width of hold slots (ms)
--        3 packed: the end of each counter's period (ms, 6 bytes; 0: never)
-- Reply  one byte, the server's time (us, 8 bytes), and more:
--        D done: the end of the lease (us, 8 bytes)   N no such reservation, settled, at or after its end, or its hold is gone   E another epoch, or none
--@include clock, amount, counter, reservation
local CALL, CALL_SIZE, MAX_SPAN_US, END, END_SIZE = '<I1I8I8I6', 23, 4000000000000000, '<I6', 6
if #ARGV[2] ~= CALL_SIZE then
  refuse('a call must be 23 bytes')
end
local n, first_end_us, lease_us, width = unpack_bytes(CALL, ARGV[2])
if n > #KEYS - 2 or #ARGV[3] ~= n * END_SIZE then
  refuse('arguments do not fit the keys')
end
if lease_us > MAX_SPAN_US or width < 1 then
  refuse('a time is out of range')
end
local values = call('MGET', unpack(KEYS))
local head, held = pack('<I8', now_us), values[2]
--@include read_reservation
if not is_found then
  --@include meta
  return is_epoch(values[1], ARGV[1]) and 'N' .. head or 'E' .. head
end
if state ~= 'o' or now_us >= expires_us then
  return 'N' .. head
end
if now_us + lease_us <= expires_us then
  return 'D' .. head .. pack('<I8', expires_us)
end

expires_us = now_us + lease_us
local expires_ms = math.ceil(expires_us / 1000)
local old_slot_end = slot_end
local new_slot_end = math.max(math.ceil(expires_ms / width) * width, slot_end)
--@include plan
local is_behind
repeat
  is_behind = false
  for i = 1, n do
    local k = i + 2
    local key, value = KEYS[k], values[k]
    --@include read_counter
    if purged >= new_slot_end then
      -- A slot given back before the clock went backwards is never used again.
      new_slot_end = (math.floor(purged / width) + 1) * width
      is_behind = true
      break
    end
    local xh, xl = unpack_bytes(AMOUNT, held, AMOUNTS_HELD_AT + (i - 1) * AMOUNT_SIZE)
    local period_end, new_expiry = unpack_bytes(END, ARGV[3], (i - 1) * END_SIZE + 1), expiry
    if period_end > 0 then
      new_expiry = math.max(expiry, period_end, expires_ms)
    end
    if xh > 0 or xl > 0 then
      local bh, bl = hh, hl
      slot_end = old_slot_end
      --@include remove_hold
      -- After the clock went backwards a hold may be gone although its lease has not ended; taking it again could overbook.
      bh, bl = bh - xh, bl - xl
      if bl < 0 then
        bh, bl = bh - 1, bl + BASE
      end
      if bh ~= hh or bl ~= hl then
        return 'N' .. head
      end
      local ah, al = xh, xl
      slot_end = new_slot_end
      --@include add_hold
    end
    if xh > 0 or xl > 0 or new_expiry > math.max(expiry, period_end) then
      local front = pack(FRONT, 1, sh, sl, hh, hl, warned, purged, new_expiry, next_end, first_end, fh, fl)
      --@include put_counter
    end
  end
until not is_behind

slot_end = new_slot_end
local new_state, settled = 'o', sub(held, tail)
--@include write_reservation, write_all
return 'D' .. head .. pack('<I8', expires_us)
