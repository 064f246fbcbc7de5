select e.id, e.time_us, e.kind, e.partition_id, e.operation_scope_id, e.attribution_id, e.amount_nanos, e.price_version_id, e.flags, e.held_nanos, e.overrun_nanos,
  e.outcome, e.actor_id, coalesce(e.currency_id, v.currency_id), e.operation_id, e.corrected_entry, e.reason, e.usage, e.requests
from ledger_entries e
left join ledger_price_versions v on v.id = e.price_version_id
where e.id {among}
