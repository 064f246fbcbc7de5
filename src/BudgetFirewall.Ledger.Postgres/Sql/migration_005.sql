-- What a change of a budget, rate limit, pool or approval has changed, as JSON.
create table ledger_entry_changes (entry_id bigint not null, old_content text, new_content text, primary key (entry_id)) partition by range (entry_id);
