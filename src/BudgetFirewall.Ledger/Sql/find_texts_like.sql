-- Texts are compared with a part of the id that they have in whatever form; without one, all are read.
select e.id, e.kind, e.operation_id, e.reason, e.operation_scope_id, e.actor_id, c.old_content, c.new_content
from ledger_entries e
left join ledger_entry_changes c on c.entry_id = e.id
where e.id > @after and (
  @part = '' or replace(e.operation_id, @part, '') <> e.operation_id or replace(e.reason, @part, '') <> e.reason or replace(c.old_content, @part, '') <> c.old_content
  or replace(c.new_content, @part, '') <> c.new_content or e.operation_scope_id {among} or e.actor_id {among})
order by e.id limit @limit
