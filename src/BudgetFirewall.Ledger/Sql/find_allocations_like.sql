select id, allocation_id, actor, content, shares from ledger_allocations
where id > @after and (
  @part = '' or replace(allocation_id, @part, '') <> allocation_id or replace(actor, @part, '') <> actor or replace(content, @part, '') <> content or replace(shares, @part, '') <> shares)
order by id limit @limit
