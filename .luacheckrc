-- What Redis gives to a script.
std = {
  -- A script with a ledger takes its last key and argument off.
  globals = {'KEYS', 'ARGV'},
  read_globals = {
    'redis', 'struct', 'math', 'string', 'table', 'error', 'ipairs', 'pairs', 'next', 'tostring', 'tonumber', 'type', 'unpack',
  },
}
max_line_length = 160
-- What is unpacked together stands together, and what a piece gives, whether a script needs it or not.
unused_secondaries = false
-- A rate limit that is only looked at has values of its own in place of those that taking needs. A throttled budget is read for its total alone.
ignore = {
  '231/rest', '231/bucket_expiry_ms', '231/level', '231/turn_us', '241/writes', '241/expiries', '4[123]1/ADMITS_ALWAYS', '311/turn_in_us', '311/level',
  '231/warned', '231/expiry_ms', '231/first_end_ms', '231/first_hi', '231/first_lo', '311/purged_ms', '311/next_end_ms',
}
-- In composed scripts formats and numbers stand in the place of their names.
files['**/obj/**/*.lua'].max_line_length = 200
-- A reset has no use for some of what it reads of a counter.
files['**/reset*.lua'].ignore = {'311/spent_hi', '311/spent_lo', '311/warned'}
-- A report renews the key of what it changes whatever its expiry was.
files['**/adapt.lua'].ignore = {'231/adaptation_expiry_ms'}
-- A commit makes nothing grow.
files['**/commit*.lua'].ignore = {'311/grows'}
-- An explanation does not look whether the call has been done before.
files['**/explain.lua'].ignore = {'311/status'}
