-- Writes the record of an operation that has not been done before, first of all writes: a key of another type would refuse it.
--
-- in: record, LIFE (the argument with the time for which it lives, in ms)
if not call('SET', KEYS[2], record, 'PX', ARGV[LIFE], 'NX') then
  error({err = CORRUPT .. ' ' .. KEYS[2]})
end
