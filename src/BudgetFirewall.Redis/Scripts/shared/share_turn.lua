-- Notes in the record of a call that was done before and still waits for its turn that somebody else waits for it too.
--
-- in: status, values, now_us
if status == REPLAYED then
  local record_of_turn = values[2]
  --@include find_turn
  if turn_at and turn_us > now_us and is_shared == 0 then
    call('SETRANGE', KEYS[2], turn_at + TURN_IS_SHARED_AT - 2, '\1')
  end
end
