select operation_id, operation_scope_id, partition_id, kind, time_us
from ledger_entries
where operation_id {among} and id >= @first and id < @end
