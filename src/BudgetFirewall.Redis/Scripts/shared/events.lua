-- An event tells of a counter at which a charge has fired a warning or gone above the limit: the counter's index, spent (hi, lo),
-- and the warning fraction (millionths) that had fired before.
-- Warning thresholds: in ascending order, the fraction (millionths) and the least amount (hi, lo) that has reached it.
local EVENT, EVENT_SIZE = '<I1I5I4I4', 14
local THRESHOLD, THRESHOLD_SIZE = '<I4I5I4', 13
