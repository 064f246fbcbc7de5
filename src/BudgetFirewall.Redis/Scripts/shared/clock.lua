-- Reads the server's time once, in microseconds since 1970.
--
-- out: now_us
local time = call('TIME')
local now_us = time[1] * 1000000 + time[2]
