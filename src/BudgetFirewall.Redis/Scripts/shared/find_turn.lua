-- Finds the turn that a record ends with. Neither JSON nor the number of a limit has the byte that it begins with.
--
-- in: record_of_turn (of a check or a reservation)
-- out: turn_at (where it begins; nil: there is none), turn_us, is_shared, kind_of_turn
local turn_at, turn_us, is_shared = #record_of_turn - TURN_SIZE + 1, 0, 0
local kind_of_turn = sub(record_of_turn, 1, 1)
if (kind_of_turn == RESERVATION_RECORD and turn_at > RESERVATION_SIZE or kind_of_turn == CHECK_RECORD and turn_at == RECORD_HEAD_SIZE + 2)
  and string.byte(record_of_turn, turn_at) == TURN_MARK then
  local _
  _, turn_us, is_shared = unpack_bytes(TURN, record_of_turn, turn_at)
else
  turn_at = nil
end
