#!lua flags=allow-oom
-- charge: charges every counter and takes from every rate limit, fit or not. Written even when memory is short: the money is spent.
--
-- KEYS   1 meta   2 the operation's record   then n counters   then the rate limits   then the ADAPTATION of each adaptive one
-- ARGV   1 expected meta: epoch and catalog version
--        2 DECISION_CALL
--        3 RECORD_HEAD, n AMOUNTs to charge; then what the client needs to tell warnings and overruns again: opaque
--        4 n LIMITs to report overruns against (EVERYTHING: none)
--        5 a RATE_LIMIT for each rate limit, an ADAPTIVE for each adaptive one
--        6 the time for which the id is remembered (ms, digits)   from 7 on: for each counter its WARNINGS
-- Reply  REPLY, and more:
--        DONE: the FRONT of each counter, the LEVEL of each rate limit, then the number of events (1 byte) and the EVENTs
--        REPLAYED, done before: FRONTs and LEVELs, then the operation's record
--        OVERFLOW   WRONG_PERIOD   STALE_CATALOG   OTHER_EPOCH, or none
-- Ledger with one, the stream is the last of KEYS, and what the client says of the entry the last of ARGV
--@prelude
--@entry take_entry
--@include clock, clock_ms
local KIND, ADMITS_ALWAYS, REPORTS_OVERRUN = CHARGE_RECORD, true, true
--@include spend_or_charge
