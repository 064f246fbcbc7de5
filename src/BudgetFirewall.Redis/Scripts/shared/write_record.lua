-- Writes the record of an operation that has not been done before, first of all writes: a key of another type would refuse it.
--
-- in: record, LIFE (the argument with the time for which it lives, in ms), delay_us (by which it lives longer)
local life_ms = ARGV[LIFE]
if delay_us > 0 then
  life_ms = string.format('%.0f', life_ms + math.ceil(delay_us / 1000))
end
if not call('SET', KEYS[2], record, 'PX', life_ms, 'NX') then
  error({err = CORRUPT .. ' ' .. KEYS[2]})
end
