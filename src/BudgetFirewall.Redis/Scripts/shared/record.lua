-- Writes the record of an operation that has not been done before, first of all writes: a key of another type would refuse it.
--   in  record   life_ms how long it lives, digits
if not call('SET', KEYS[2], record, 'PX', life_ms, 'NX') then
  corrupt(KEYS[2])
end
