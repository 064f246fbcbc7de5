-- Makes the tables of what is going to be written, by the number of the key. They have room for what most calls need, as tables that grow are
-- made anew each time.
--
-- out: writes (the values), expiries (the new expiry in ms where it moves; 0: none)
-- out: patches (nil, or three items for each part that replaces one within a value, after all else: key, where it begins from 0, the bytes)
local writes, expiries, patches = {nil, nil, nil, nil, nil, nil, nil, nil}, {}, nil
