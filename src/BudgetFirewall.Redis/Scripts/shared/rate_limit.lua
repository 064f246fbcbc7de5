-- A rate limit, by its algorithm: reads it as it stands now, judges it, and plans what is written where something is taken.
--
-- in: key, value (nil: nothing is used), k (the key's number), algorithm, third, without_room, adaptive, grows (as read_rate_limit reads them)
-- in: m, adaptives, values, RATES, now_us, now_ms
-- in: made_us (when what is given back was taken), ADMITS_ALWAYS (takes whether or not there is room), writes, expiries
-- changes: first, second, need, take_hi, take_lo (become those that are in force), commands
-- out: has_room (for what is needed), turn_in_us (until the turn, 0: at once), level (packed as LEVEL, and ADAPTED where the limit is adaptive)
local has_room, level
local turn_in_us = 0
local pause_us, largest, slowest, former = 0, first, second, second
local scale_now, queued_now, adaptation_k, scale, queued_scale, grown_us, lowered_us, paused_until_us, adaptation_expiry_ms, growth, cooldown_us
if adaptive > 0 then
  --@include read_adaptation
end
--@case algorithm AlgorithmNumber
if adaptive > 0 then
  --@include use_adaptation
end
