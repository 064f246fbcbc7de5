-- Says by which part of its ceiling an adaptive rate limit was judged, and lets it grow for the calls that follow where this one takes from it.
-- Most calls write nothing.
--
-- in: has_room, ADMITS_ALWAYS, take_hi, take_lo, grows, now_us, now_ms, writes, expiries
-- in: pause_us, scale_now, queued_now, adaptation_k, scale, grown_us, lowered_us, paused_until_us, adaptation_expiry_ms, growth, cooldown_us
-- changes: level, commands
level = level .. pack(ADAPTED, scale_now, pause_us)
if adaptation_expiry_ms and (has_room or ADMITS_ALWAYS) and (take_hi ~= 0 or take_lo ~= 0) then
  local new_scale, new_grown_us, elapsed = scale, grown_us, now_us - grown_us
  if grows and elapsed < -cooldown_us then
    -- The clock was set back.
    new_grown_us = now_us
  elseif grows and pause_us == 0 and elapsed >= GROWTH_STEP_US then
    new_scale = math.min(scale + math.floor(growth * math.min(elapsed, MOST_GROWN_US) / MILLION), WHOLE)
    if new_scale > scale then
      new_grown_us = now_us
    end
  end
  if scale_now == MILLION and pause_us == 0 and elapsed >= 0 then
    commands = commands or {}
    commands[#commands + 1] = {'DEL', KEYS[adaptation_k]}
  elseif new_scale ~= scale or new_grown_us ~= grown_us or queued_now ~= scale_now
    or adaptation_expiry_ms < now_ms + UNUSED_MS then
    local new_expiry_ms = now_ms + UNUSED_MS + UNUSED_SLACK_MS
    writes[adaptation_k] = pack(ADAPTATION, LAYOUT_VERSION, new_scale, scale, new_grown_us, lowered_us, paused_until_us, new_expiry_ms)
    expiries[adaptation_k] = new_expiry_ms
  end
end
