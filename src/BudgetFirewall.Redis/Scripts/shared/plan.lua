-- What a step is going to do: the front of each counter as it will be, by the counter's number; what is to be written, and the new expiry where
-- it moves (ms; 0: none), by the number of the key. Made with room for what most calls need, as tables that grow are made anew each time.
local fronts = {nil, nil, nil, nil}
local writes, expiries = {nil, nil, nil, nil, nil, nil, nil, nil}, {}
