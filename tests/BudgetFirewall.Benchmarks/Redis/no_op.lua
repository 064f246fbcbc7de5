#!lua
-- no_op: does nothing with whatever it is given.
return 'done'
