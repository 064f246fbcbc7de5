select a.attribution_id, k.name, s.scope
from ledger_attribution_scopes a
join ledger_scopes s on s.id = a.scope_id
join ledger_names k on k.id = a.kind_id
where a.attribution_id {among}
