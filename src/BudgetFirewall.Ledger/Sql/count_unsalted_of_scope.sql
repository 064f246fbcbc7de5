select count(*)
from (
  select entry_id from ledger_entry_scopes where scope_id = @scope
  union
  select m.entry_id from ledger_counters c join ledger_entry_counters m on m.counter_id = c.id where c.scope_id = @scope) e
join ledger_leaves l on l.entry_id = e.entry_id
where l.is_removed = 0 and not exists (select 1 from ledger_personal_values p where p.entry_id = e.entry_id and p.scope_id = @scope)
