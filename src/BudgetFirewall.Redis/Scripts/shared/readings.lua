-- What counters and buckets stand at, as replies carry it where nothing is changed: the front of each counter, then the levels of the buckets.
local function readings(first, counters, buckets)
  local parts = {}
  for i = 1, counters do
    local key, value = KEYS[first + i - 1], values[first + i - 1]
    --@include read_counter
    parts[i] = pack(FRONT, 1, sh, sl, hh, hl, warned, purged, expiry, next_end, first_end, fh, fl)
  end
  for i = 1, buckets do
    local k, at = first + counters + i - 1, (i - 1) * TAKE_SIZE + 1
    local key, value = KEYS[k], values[k]
    --@include read_bucket
    parts[counters + i] = pack(LEVEL, micros, picos, at_us - now_us)
  end
  return table.concat(parts)
end
