select s.id, s.kind_id, k.name, s.scope
from ledger_scopes s
join ledger_names k on k.id = s.kind_id
where s.id {among}
