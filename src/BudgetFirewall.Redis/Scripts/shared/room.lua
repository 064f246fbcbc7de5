-- Whether spent + held is above what there must be room for, and whether an amount more would not be below 2^63.
--   in   sh, sl, hh, hl   room_kind, rh, rl: EVERYTHING fits, or UP_TO an amount, or NOTHING   ah, al the amount
--   out  is_above, is_over
local th, tl = sh + hh, sl + hl
if tl >= BASE then
  th, tl = th + 1, tl - BASE
end
local is_above = room_kind == NOTHING or (room_kind == UP_TO and (th > rh or (th == rh and tl > rl)))
th, tl = th + ah, tl + al
if tl >= BASE then
  th, tl = th + 1, tl - BASE
end
local is_over = th > MAX_HI or (th == MAX_HI and tl > MAX_LO)
