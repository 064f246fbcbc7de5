-- The bounds are told for both tables, so that each is read from there on, whichever the database reads first.
select e.id, e.time_us, e.kind, e.partition_id, e.operation_scope_id, e.attribution_id, e.amount_nanos, e.price_version_id, e.flags, e.held_nanos, e.overrun_nanos,
  e.outcome, e.actor_id, coalesce(e.currency_id, v.currency_id), e.operation_id, e.corrected_entry, e.reason, e.usage, e.requests
from ledger_entry_scopes s
join ledger_entries e on e.id = s.entry_id
left join ledger_price_versions v on v.id = e.price_version_id
where s.scope_id = @scope and s.entry_id >= @first and s.entry_id < @end and e.id >= @first and e.id < @end and e.time_us >= @from and e.time_us < @to and e.kind in ({list}){filters}
order by s.entry_id {order} limit @limit
