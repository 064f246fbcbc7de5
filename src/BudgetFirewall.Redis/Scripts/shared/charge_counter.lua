-- Charges an amount to a counter read, fires its warnings, and notes an event where there is something to tell.
--   in       i the counter's number, ah, al the amount   room_kind, rh, rl the limit, above which there is an overrun if REPORTS
--            THRESHOLDS: the argument that holds the first counter's thresholds
--   in, out  sh, sl, warned of the counter   events, event_count
if ah > 0 or al > 0 then
  sh, sl = sh + ah, sl + al
  if sl >= BASE then
    sh, sl = sh + 1, sl - BASE
  end
  local thresholds, fired = ARGV[THRESHOLDS + i - 1], warned
  for at = 1, #thresholds, THRESHOLD_SIZE do
    local fraction, wh, wl = unpack_bytes(THRESHOLD, thresholds, at)
    if sh < wh or (sh == wh and sl < wl) then
      break
    end
    if fraction > fired then
      fired = fraction
    end
  end
  if fired > warned or (REPORTS and room_kind == UP_TO and (sh > rh or (sh == rh and sl > rl))) then
    event_count = event_count + 1
    events = events .. pack(EVENT, i - 1, sh, sl, warned)
    warned = fired
  end
end
