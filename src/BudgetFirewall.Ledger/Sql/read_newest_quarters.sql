select n.id, (select r.quarter from ledger_scope_rollups r where r.kind_id = n.id order by r.quarter desc limit 1)
from ledger_names n where n.id {among}
union all
select 0, (select r.quarter from ledger_rollups r order by r.quarter desc limit 1)
