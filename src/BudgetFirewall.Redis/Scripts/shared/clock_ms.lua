-- The server's time in whole milliseconds.
--
-- in: now_us
-- out: now_ms
local now_ms = (now_us - now_us % 1000) / 1000
