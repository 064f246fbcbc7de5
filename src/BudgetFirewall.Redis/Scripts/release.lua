#!lua flags=allow-oom
-- release: ends a reservation and gives its holds back. After the lease there is nothing to give back, and nothing is changed.
--
-- KEYS   1 meta   2 the reservation's record   then its n counters, of the periods they were held in   whatever follows is not looked at
-- ARGV   1 expected epoch   2 RELEASE_CALL
-- Reply  REPLY, and more:
--        DONE, or nothing to do; REPLAYED, done before: the FRONT of each counter
--        CONFLICT committed   OTHER_EPOCH, or none
--@prelude
--@include clock, clock_ms
local CALL_SIZE = RELEASE_CALL_SIZE
--@include check_call
local n, first_end_us, is_forgotten = unpack_bytes(RELEASE_CALL, ARGV[2])
if n > #KEYS - 2 then
  error({err = ARGUMENT .. ' arguments do not fit the keys'})
end
local values = call('MGET', unpack(KEYS))
local head, held_record = pack(TIME, now_us), values[2]
--@include read_reservation
if not is_found then
  --@include meta
  if not is_epoch(values[1], ARGV[1]) then
    return OTHER_EPOCH .. head
  end
elseif state == COMMITTED then
  return CONFLICT .. head
end

local is_open = is_found and state == OPEN and now_us < end_us
--@include plan, plan_fronts
for i = 1, n do
  local k = i + 2
  local key, value = KEYS[k], values[k]
  --@include read_counter
  local is_changed, new_expiry_ms = false, expiry_ms
  if is_open and value then
    --@include read_held
    if given_hi > 0 or given_lo > 0 then
      --@include remove_hold
      is_changed = true
    end
  end
  --@include pack_front
  if is_changed then
    --@include put_counter
  end
  fronts[i] = front
end
if is_open then
  if is_forgotten == 1 then
    call('DEL', KEYS[2])
  else
    local new_state, new_tail = RELEASED, sub(held_record, tail_at)
    --@include write_reservation
  end
  --@include write_all
end
return (is_found and state == RELEASED and REPLAYED or DONE) .. head .. table.concat(fronts)
