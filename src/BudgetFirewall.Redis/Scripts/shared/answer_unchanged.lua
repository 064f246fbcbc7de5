-- Answers check, reserve, spend and charge where nothing is changed: with what counters and buckets stand at, and with the record of a call that
-- was done before.
--
-- in: n, m, values, head, status, BUCKETS, now_us, now_ms
local FIRST = 3
--@include fronts_as_they_are, levels_as_they_are
return status .. head .. table.concat(fronts_now) .. levels_now .. (status == REPLAYED and values[2] or '')
