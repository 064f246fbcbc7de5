#!lua
-- spend: charges every counter and takes from every rate limit, if all have room.
--
-- KEYS   1 meta   2 the operation's record   then n counters   then the rate limits   then the ADAPTATION of each adaptive one
-- ARGV   1 expected meta: epoch and catalog version
--        2 DECISION_CALL
--        3 RECORD_HEAD, n AMOUNTs to charge; then what the client needs to tell warnings again: opaque
--        4 n LIMITs, then the THROTTLEs
--        5 a RATE_LIMIT for each rate limit, last those of the queues of throttled budgets; an ADAPTIVE for each adaptive one
--        6 the time for which the id is remembered (ms, digits)   from 7 on: for each counter its WARNINGS
-- Reply  REPLY, and more:
--        DONE: the FRONT of each counter, the LEVEL of each rate limit, then the number of events (1 byte) and the EVENTs
--        NOT_ALL_ADMIT: the verdict of each limit (a letter), NOT_ASKED of a queue, then as DONE   DENIED: the verdicts, FRONTs and LEVELs
--        DENIED where no verdict is a refusal: the spend would have to wait for its turn
--        REPLAYED, done before: the same, then the operation's record
--        OVERFLOW   WRONG_PERIOD   STALE_CATALOG   OTHER_EPOCH, or none
--@prelude
--@include clock, clock_ms
local KIND, ADMITS_ALWAYS, REPORTS_OVERRUN = SPEND_RECORD, false, false
--@include spend_or_charge
