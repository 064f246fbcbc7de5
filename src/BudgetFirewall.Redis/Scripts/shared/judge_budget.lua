-- Gives a budget's verdict: it has room while spent and held together are not above what there must be room for, to which its allowance is added.
--
-- in: total_hi, total_lo, allowance_hi, allowance_lo, room_kind, without_room, room_hi, room_lo
-- out: verdict
local verdict = ADMITS
if room_kind ~= EVERYTHING and (room_kind == BEYOND or total_hi > room_hi or (total_hi == room_hi and total_lo > room_lo)) then
  verdict = without_room
  if allowance_hi > 0 or allowance_lo > 0 then
    local sign = room_kind == UP_TO and 1 or -1
    local most_hi, most_lo = allowance_hi + sign * room_hi, allowance_lo + sign * room_lo
    if most_lo >= BASE then
      most_hi, most_lo = most_hi + 1, most_lo - BASE
    elseif most_lo < 0 then
      most_hi, most_lo = most_hi - 1, most_lo + BASE
    end
    if total_hi < most_hi or (total_hi == most_hi and total_lo <= most_lo) then
      verdict = ADMITS
    end
  end
end
