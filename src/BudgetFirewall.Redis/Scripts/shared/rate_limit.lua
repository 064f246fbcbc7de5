-- A rate limit, by its algorithm: reads it as it stands now, judges it, and plans what is written where something is taken.
--
-- in: key, value (nil: nothing is used), k (the key's number), algorithm, first, second, third, need, take_hi, take_lo, without_room (as in RATE_LIMIT)
-- in: now_us
-- in: made_us (when what is given back was taken), ADMITS_ALWAYS (takes whether or not there is room), writes, expiries
-- changes: commands
-- out: has_room (for what is needed), turn_in_us (until the turn, 0: at once), level (packed as LEVEL)
local has_room, level
local turn_in_us = 0
--@case algorithm AlgorithmNumber
