-- A bucket's value: layout version 1, micros (10^-6 token, signed), picos (10^-12 token, below a micro), the time of both in microseconds,
-- and the key's expiry in ms (0: none). No value: full. Every number stays below 2^53, and products that would pass it are taken apart at 10^6.
-- As an argument: capacity (micros), refill (micros a second), need (micros), and what is taken (micros) as hi * 10^9 + lo, both negative when given back.
local BUCKET, BUCKET_SIZE = '<I1i8I4I8I6', 27
local TAKE, TAKE_SIZE = '<I7I7I7i4i4', 29
-- In a reply: micros, picos, and by how much the time of both is ahead of the server's clock (us; above 0 only after that was set back).
local LEVEL = '<i8I4I7'
local FLOOR, CEILING, MILLION = -9000000000000000, 9000000000000000, 1000000
local LATEST_MS, SLACK_MS = 30000000000000, 1000
