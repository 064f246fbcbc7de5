-- Makes the tables of what is going to be written, by the number of the key. They have room for what most calls need, as tables that grow are
-- made anew each time.
--
-- out: writes (the values), expiries (the new expiry in ms where it moves; 0: none)
-- out: commands (nil, or what else is to be done, each command with its arguments in a table)
local writes, expiries, commands = {nil, nil, nil, nil, nil, nil, nil, nil}, {}, nil
