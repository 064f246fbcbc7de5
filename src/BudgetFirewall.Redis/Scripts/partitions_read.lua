#!lua flags=no-writes
-- partitions_read: reads a part of the partitions that may have entries of a ledger.
--
-- KEYS   1 the partitions
-- ARGV   1 where the part begins, as the last one has said; 0 at first
-- Reply  a list: where the next part begins, 0 after the last; then the partitions
--@prelude
local part = call('ZSCAN', KEYS[1], ARGV[1], 'COUNT', '500')
local parts = {part[1]}
for i = 1, #part[2], 2 do
  parts[#parts + 1] = part[2][i]
end
return parts
