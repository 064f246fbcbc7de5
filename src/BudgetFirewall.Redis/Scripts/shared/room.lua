-- Tells whether spent and held together are above what there must be room for.
--
-- in: total_hi, total_lo, room_kind, room_hi, room_lo
-- out: is_above
local is_above = room_kind == NOTHING or (room_kind == UP_TO and (total_hi > room_hi or (total_hi == room_hi and total_lo > room_lo)))
