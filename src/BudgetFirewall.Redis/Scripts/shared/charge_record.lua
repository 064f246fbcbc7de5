-- The record of a spend or a charge: its kind, fingerprint (16), cost (hi, lo), its events, and where there are any what the client gave
-- to tell the warnings and overruns again.
--   in  KIND, events, event_count   out  record, life_ms, events with their number in front
events = string.char(event_count) .. events
local record = KIND .. sub(ARGV[RECORD], 1, AMOUNTS_AT - 1) .. events
if event_count > 0 then
  record = record .. sub(ARGV[RECORD], AMOUNTS_AT + n * AMOUNT_SIZE)
end
local life_ms = ARGV[LIFE]
