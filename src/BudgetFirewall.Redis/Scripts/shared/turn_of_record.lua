-- Says when the turn of a call is that has to wait, as its record ends with.
--
-- in: delay_us, now_us
-- out: turn (empty: there is nothing to wait for)
local turn = delay_us > 0 and pack(TURN, TURN_MARK, now_us + delay_us, 0) or ''
