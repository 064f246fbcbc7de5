-- Notes in the record of a call that was done before and has a turn that somebody else relies on it too. After the turn too: whoever got it first may not
-- have noticed yet that it has come.
--
-- in: status, values
if status == REPLAYED and values[2] then
  local record_of_turn = values[2]
  --@include find_turn
  if turn_at and is_shared == 0 and (kind_of_turn == CHECK_RECORD or sub(record_of_turn, 2, 2) == OPEN) then
    call('SETRANGE', KEYS[2], turn_at + TURN_IS_SHARED_AT - 2, '\1')
  end
end
