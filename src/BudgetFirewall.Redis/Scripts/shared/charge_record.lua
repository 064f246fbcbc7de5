-- Makes the record of a spend or a charge: its kind, RECORD_HEAD, its events, and what the client gave to tell the answer again, where there are
-- events or the cost is unknown: the client's part then begins with the member "u", whose letter is its third byte.
--
-- in: KIND, RECORD, n, event_count
-- changes: events (becomes their number and the events)
-- out: record
events = string.char(event_count) .. events
local record = KIND .. sub(ARGV[RECORD], 1, RECORD_HEAD_SIZE) .. events
local client_at = RECORD_HEAD_SIZE + n * AMOUNT_SIZE + 1
if event_count > 0 or string.byte(ARGV[RECORD], client_at + 2) == 117 then
  record = record .. sub(ARGV[RECORD], client_at)
end
