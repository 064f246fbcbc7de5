-- Gives a rate limit's verdict.
--
-- in: has_room, turn_in_us, without_room
-- out: verdict
local verdict = not has_room and without_room or turn_in_us > 0 and DELAYS or ADMITS
