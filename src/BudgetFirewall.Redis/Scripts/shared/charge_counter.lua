-- Charges an amount to a counter read, fires its warnings, and notes an event where there is something to tell.
--
-- in: i (the counter's number), amount_hi, amount_lo, allowance_hi, allowance_lo
-- in: may_overrun (a throttled budget that has no room: whoever reads the event finds out by how much)
-- in: REPORTS_OVERRUN, room_kind, room_hi, room_lo (the limit, above which there is an overrun; the allowance is added to it)
-- in: THRESHOLDS (the argument that holds the first counter's WARNINGS)
-- changes: spent_hi, spent_lo, warned (of the counter), events, event_count
if amount_hi > 0 or amount_lo > 0 then
  spent_hi, spent_lo = spent_hi + amount_hi, spent_lo + amount_lo
  if spent_lo >= BASE then
    spent_hi, spent_lo = spent_hi + 1, spent_lo - BASE
  end
  local warnings, fired, is_raised = ARGV[THRESHOLDS + i - 1], warned, allowance_hi > 0 or allowance_lo > 0
  for threshold_at = WARNINGS_SIZE + 1, #warnings, THRESHOLD_SIZE do
    local fraction, least_hi, least_lo = unpack_bytes(THRESHOLD, warnings, threshold_at)
    if is_raised then
      --@include raise_threshold
    end
    if spent_hi < least_hi or (spent_hi == least_hi and spent_lo < least_lo) then
      break
    end
    if fraction > fired then
      fired = fraction
    end
  end
  local overruns = REPORTS_OVERRUN and room_kind == UP_TO and (spent_hi > room_hi or (spent_hi == room_hi and spent_lo > room_lo))
  if overruns and is_raised then
    local above_hi, above_lo = spent_hi - room_hi, spent_lo - room_lo
    if above_lo < 0 then
      above_hi, above_lo = above_hi - 1, above_lo + BASE
    end
    overruns = above_hi > allowance_hi or (above_hi == allowance_hi and above_lo > allowance_lo)
  end
  if fired > warned or may_overrun or overruns then
    event_count = event_count + 1
    events = events .. pack(EVENT, i - 1, spent_hi, spent_lo, allowance_hi, allowance_lo, warned)
    warned = fired
  end
end
