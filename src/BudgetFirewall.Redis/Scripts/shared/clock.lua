-- The server's time, read once: now_us in microseconds, now_ms in milliseconds, since 1970. Locals are found faster than globals.
local call, pack, unpack_bytes, sub = redis.call, struct.pack, struct.unpack, string.sub
local KEYS, ARGV = KEYS, ARGV
local time = call('TIME')
local now_us = time[1] * 1000000 + time[2]
local now_ms = math.floor(now_us / 1000)
