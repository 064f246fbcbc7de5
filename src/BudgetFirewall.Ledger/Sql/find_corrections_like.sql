select id, correction_id, operation_scope, actor, reason, applied_us from ledger_corrections
where id > @after and (
  @part = '' or replace(correction_id, @part, '') <> correction_id or replace(operation_scope, @part, '') <> operation_scope or replace(actor, @part, '') <> actor or replace(reason, @part, '') <> reason)
order by id limit @limit
