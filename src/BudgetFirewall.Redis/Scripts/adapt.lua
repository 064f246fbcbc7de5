#!lua
-- adapt: takes up what a provider has said in every adaptive rate limit that it concerns. One that falls does so once in its cooldown, however many
-- calls report the same; no report makes a pause shorter.
--
-- KEYS   1 meta   then the ADAPTATION of each rate limit
-- ARGV   1 expected meta: epoch and catalog version
--        2 ADAPT_CALL
--        3 a REPORT for each rate limit
-- Reply  REPLY, and more:
--        DONE: the CHANGE of each rate limit   WRONG_PERIOD   STALE_CATALOG   OTHER_EPOCH, or none
--@prelude
--@include clock, clock_ms
local REPORTS, CALL_SIZE = 3, ADAPT_CALL_SIZE
--@include check_call
local from_ms, until_ms = unpack_bytes(ADAPT_CALL, ARGV[2])
local head = pack(TIME, now_us)
if now_ms < from_ms or now_ms >= until_ms then
  return WRONG_PERIOD .. head
end
if #ARGV[REPORTS] ~= (#KEYS - 1) * REPORT_SIZE then
  error({err = ARGUMENT .. ' arguments do not fit the keys'})
end
local values = call('MGET', unpack(KEYS))
if values[1] ~= ARGV[1] then
  --@include meta
  return is_epoch(values[1], ARGV[1]) and STALE_CATALOG .. head or OTHER_EPOCH .. head
end
local writes, changes = {}, ''
local expiry_ms = now_ms + UNUSED_MS + UNUSED_SLACK_MS
for k = 2, #KEYS do
  local floor, factor, cooldown_us, longest_us, new_pause_us, is_overloaded = unpack_bytes(REPORT, ARGV[REPORTS], (k - 2) * REPORT_SIZE + 1)
  if floor < 1000 or floor > WHOLE or factor > MILLION or new_pause_us > longest_us then
    error({err = ARGUMENT .. ' a part of a ceiling or a time is out of range'})
  end
  local scale, queued_scale, grown_us, lowered_us, paused_until_us = WHOLE, WHOLE, now_us, 0, 0
  local adaptation_k, pause_us, adaptation_expiry_ms = k, 0, nil
  --@include unpack_adaptation
  local scale_before, is_changed = scale, false
  -- A clock that was set back does not put the next decrease off.
  if is_overloaded == 1 and (lowered_us == 0 or now_us < lowered_us or now_us >= lowered_us + cooldown_us) then
    scale = math.max(math.floor(scale * factor / MILLION), floor)
    lowered_us, grown_us, is_changed = now_us, now_us + cooldown_us, true
  end
  if new_pause_us > pause_us then
    pause_us, paused_until_us, is_changed = new_pause_us, now_us + new_pause_us, true
  end
  if is_changed then
    writes[k] = pack(ADAPTATION, LAYOUT_VERSION, scale, queued_scale, grown_us, lowered_us, paused_until_us, expiry_ms)
  end
  changes = changes .. pack(CHANGE, math.floor(scale_before / 1000), math.floor(scale / 1000), pause_us, is_changed and 1 or 0)
end
for k = 2, #KEYS do
  if writes[k] then
    call('SET', KEYS[k], writes[k], 'PXAT', string.format('%.0f', expiry_ms))
  end
end
return DONE .. head .. changes
