-- Finds whether a queue stands as a reservation has left it: nobody has taken from it since.
--
-- in: value (nil: nothing is queued), i (its place among the rate limits that the reservation took from, from 1), held_record
-- out: is_as_left
local is_as_left, left_at = false, #held_record - TURN_SIZE - LEFT_SIZE + 1
while value and left_at > RESERVATION_SIZE and string.byte(held_record, left_at) == LEFT_MARK do
  if string.byte(held_record, left_at + LEFT_LIMIT_AT - 1) == i - 1 then
    is_as_left = sub(held_record, left_at + LEFT_MICROS_AT - 1, left_at + LEFT_SIZE - 1) == sub(value, BUCKET_MICROS_AT, BUCKET_EXPIRY_MS_AT - 1)
  end
  left_at = left_at - LEFT_SIZE
end
