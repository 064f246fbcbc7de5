-- Gives a budget's verdict: it has room while spent and held together are not above what there must be room for.
--
-- in: total_hi, total_lo, room_kind, without_room, room_hi, room_lo
-- out: verdict
local verdict = ADMITS
if room_kind ~= EVERYTHING and (room_kind == NOTHING or total_hi > room_hi or (total_hi == room_hi and total_lo > room_lo)) then
  verdict = without_room
end
