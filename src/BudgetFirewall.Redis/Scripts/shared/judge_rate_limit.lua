-- Gives a rate limit's verdict, or what stands for one where it is a queue that is not asked.
--
-- in: i (the rate limit's number), has_room, turn_in_us, without_room, is_passed (nil, or by a rate limit's number whether it is a queue that is not asked)
-- out: verdict
local verdict = not has_room and without_room or turn_in_us > 0 and DELAYS or is_passed and is_passed[i] and NOT_ASKED or ADMITS
