-- The server's time in whole milliseconds.
--
-- in: now_us
-- out: now_ms
local now_ms = math.floor(now_us / 1000)
