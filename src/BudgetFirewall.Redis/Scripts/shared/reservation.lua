-- A reservation's record: 'R', its state ('o' open, 'c' committed, 'l' released), the end of the lease as first given and as it is now (us),
-- the end of its hold slot (ms), until when a given id is remembered (us; 0: made up), how long the record outlives the lease (us), the number
-- of counters; fingerprint (16), cost (hi, lo) and the amount (hi, lo) held in each counter. Then, once committed: fingerprint (16), whether
-- late (1), cost and amounts (hi, lo), events; then what the client gave.
local TIMES, TIMES_AT, AMOUNTS_HELD_AT = '<I8I8I6I8I8I1', 3, 67
