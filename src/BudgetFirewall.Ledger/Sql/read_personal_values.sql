select p.entry_id, k.name, s.scope, p.salt, p.commitment
from ledger_personal_values p
join ledger_scopes s on s.id = p.scope_id
join ledger_names k on k.id = s.kind_id
where p.entry_id in ({list})
