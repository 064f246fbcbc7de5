-- Gives a token bucket's verdict: it has room while it has what is needed.
--
-- in: micros, need, is_shadow
-- out: verdict
local verdict = ADMITS
if need > micros and need > 0 then
  verdict = is_shadow == 1 and WOULD_REFUSE or REFUSES
end
