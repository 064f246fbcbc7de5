#!lua flags=no-writes
-- explain: judges a check: gives the verdict of every counter and every rate limit on it. Takes nothing and changes nothing, whatever the verdicts are.
--
-- KEYS   1 meta   2 the operation's record, which is not looked at   then n counters   then the rate limits
--        then the ADAPTATION of each adaptive one
-- ARGV   1 expected meta: epoch and catalog version
--        2 CHECK_CALL
--        3 RECORD_HEAD, n AMOUNTs that are not looked at
--        4 n LIMITs, then the THROTTLEs
--        5 a RATE_LIMIT for each rate limit, last those of the queues of throttled budgets; an ADAPTIVE for each adaptive one
-- Reply  REPLY, and more:
--        DENIED, also where nothing refuses: the verdict of each limit (a letter), NOT_ASKED of a queue,
--          the FRONT of each counter, the LEVEL of each rate limit
--        WRONG_PERIOD   STALE_CATALOG   OTHER_EPOCH, or none
--@prelude
--@include clock, clock_ms
local RECORD, LIMITS, RATES, CALL_SIZE, NOTED, SET = 3, 4, 5, CHECK_CALL_SIZE, nil, nil
--@include check_call, decide
status = DENIED
--@include answer_unchanged
