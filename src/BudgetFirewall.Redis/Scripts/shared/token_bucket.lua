-- A token bucket: reads it as it stands now, judges it, and takes from it where that is to be done.
--
-- in: key, value (nil: full), k (the key's number), first (capacity), second (refill a second), need, take_hi, take_lo, now_us
-- in: largest, slowest, pause_us (what is left of a pause; 0: none)
-- in: ADMITS_ALWAYS, writes, expiries
-- changes: has_room, level
local capacity, refill = first, second
if capacity > CEILING or refill > CEILING then
  error({err = ARGUMENT .. ' a bucket is too large'})
end
--@include read_bucket
has_room = need == 0 or (need <= micros and pause_us == 0)
--@include take_from_bucket
level = pack(LEVEL, micros, picos, at_us - now_us)
