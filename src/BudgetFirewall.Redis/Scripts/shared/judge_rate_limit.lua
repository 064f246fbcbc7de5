-- Gives a rate limit's verdict.
--
-- in: has_room, without_room
-- out: verdict
local verdict = has_room and ADMITS or without_room
