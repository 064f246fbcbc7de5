-- Makes the table of the counters' fronts as they will be, by the counter's number, with room for what most calls need.
--
-- out: fronts
local fronts = {nil, nil, nil, nil}
