-- What a change of a budget, rate limit, pool or approval has changed, as JSON.
create table ledger_entry_changes (entry_id integer primary key, old_content text, new_content text) strict;
