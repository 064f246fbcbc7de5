-- The record of a spend or a charge: its kind, fingerprint (16), cost (hi, lo), its events, and what the client gave to tell the answer
-- again, where there are events or the cost is unknown: the client's part then begins with the member "u".
--   in  KIND, events, event_count   out  record, life_ms, events with their number in front
events = string.char(event_count) .. events
local record = KIND .. sub(ARGV[RECORD], 1, AMOUNTS_AT - 1) .. events
local rest_at = AMOUNTS_AT + n * AMOUNT_SIZE
if event_count > 0 or string.byte(ARGV[RECORD], rest_at + 2) == 117 then
  record = record .. sub(ARGV[RECORD], rest_at)
end
local life_ms = ARGV[LIFE]
