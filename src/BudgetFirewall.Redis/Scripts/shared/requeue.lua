-- Makes a backlog that was queued at one rate count at another, rounded up: the time until it is gone stays the same, so that a turn that was given is
-- not overtaken. What was queued at another rate is not worth the same now: nothing is given back.
--
-- in: scale_now, queued_now (the parts of the ceiling that are in force, and that the backlog was queued by, in millionths)
-- changes: micros, picos, take_hi, take_lo
if take_hi < 0 or take_lo < 0 then
  take_hi, take_lo = 0, 0
end
if micros < 0 then
  -- The product may pass 2^53: it is taken apart at 10^6.
  local low = -micros % MILLION
  local high = (-micros - low) / MILLION * scale_now
  local rest = high % queued_now
  high = (high - rest) / queued_now
  if high >= CEILING / MILLION then
    micros = FLOOR
  else
    micros = math.max(-high * MILLION - math.ceil((rest * MILLION + low * scale_now) / queued_now), FLOOR)
  end
  picos = 0
end
