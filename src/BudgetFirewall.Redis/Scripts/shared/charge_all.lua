-- Charges every counter of a spend or a charge. Nothing is written here; the caller writes once all is known to go well.
--   in   ALWAYS: whether or not there is room   REPORTS: the limits are what overruns are told against
--   out  events, event_count   refuses, is_overflow   and what is to be written, in fronts, writes and expiries
local events, event_count, refuses, is_overflow = '', 0, false, false
for i = 1, n do
  local k = i + 2
  local key, value = KEYS[k], values[k]
  --@include read_counter, read_limit, room
  if is_above and not ALWAYS then
    refuses = true
    break
  end
  is_overflow = is_overflow or is_over
  --@include charge_counter
  local is_charged, new_expiry = ah > 0 or al > 0, expiry
  if is_charged and period_end > expiry then
    new_expiry = period_end
  end
  local front = pack(FRONT, 1, sh, sl, hh, hl, warned, purged, new_expiry, next_end, first_end, fh, fl)
  fronts[i] = front
  if is_charged then
    --@include put_counter
  end
end
