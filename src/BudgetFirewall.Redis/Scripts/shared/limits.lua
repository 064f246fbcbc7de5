-- What a counter must have room for, as an argument: EVERYTHING fits (a soft budget, or nothing is asked for), spent + held is at most an
-- amount (UP_TO hi, lo), or NOTHING fits; and the end of the counter's period in ms (0: never).
local LIMIT, LIMIT_SIZE = '<I1I5I4I6', 16
local EVERYTHING, UP_TO, NOTHING = 0, 1, 2
