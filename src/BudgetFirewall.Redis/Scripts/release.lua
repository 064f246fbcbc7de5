#!lua flags=allow-oom
-- release: ends a reservation and gives its holds back. After the lease there is nothing to give back, and nothing is changed.
--
-- KEYS   1 meta   2 the reservation's record   then its n counters, of the periods they were held in   whatever follows is not looked at
-- ARGV   1 expected epoch   2 packed '<I1I8I1': n   the end of the lease as first given (us)
--        1: forget the reservation too, as if it had never been, so that asking for it again takes it anew
-- Reply  one byte, the server's time (us, 8 bytes), and more:
--        D done, or nothing to do; R done before: the front of each counter
--        C committed   E another epoch, or none
--@include clock, amount, counter, reservation
local CALL, CALL_SIZE = '<I1I8I1', 10
if #ARGV[2] ~= CALL_SIZE then
  refuse('a call must be 10 bytes')
end
local n, first_end_us, is_forgotten = unpack_bytes(CALL, ARGV[2])
if n > #KEYS - 2 then
  refuse('arguments do not fit the keys')
end
local values = call('MGET', unpack(KEYS))
local head, held = pack('<I8', now_us), values[2]
--@include read_reservation
if not is_found then
  --@include meta
  if not is_epoch(values[1], ARGV[1]) then
    return 'E' .. head
  end
elseif state == 'c' then
  return 'C' .. head
end

local is_open = is_found and state == 'o' and now_us < expires_us
--@include plan
for i = 1, n do
  local k = i + 2
  local key, value = KEYS[k], values[k]
  --@include read_counter
  local xh, xl = 0, 0
  if is_open then
    xh, xl = unpack_bytes(AMOUNT, held, AMOUNTS_HELD_AT + (i - 1) * AMOUNT_SIZE)
  end
  if xh > 0 or xl > 0 then
    --@include remove_hold
  end
  local front, new_expiry = pack(FRONT, 1, sh, sl, hh, hl, warned, purged, expiry, next_end, first_end, fh, fl), expiry
  if value and (xh > 0 or xl > 0) then
    --@include put_counter
  end
  fronts[i] = front
end
if is_open then
  if is_forgotten == 1 then
    call('DEL', KEYS[2])
  else
    local new_state, settled = 'l', sub(held, tail)
    --@include write_reservation
  end
  --@include write_all
end
return (is_found and state == 'l' and 'R' or 'D') .. head .. table.concat(fronts)
