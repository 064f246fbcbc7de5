-- Gives a rate limit's verdict.
--
-- in: has_room, wait_us, is_shadow
-- out: verdict
local verdict = ADMITS
if not has_room then
  verdict = is_shadow == 1 and WOULD_REFUSE or REFUSES
elseif wait_us > 0 then
  verdict = DELAYS
end
