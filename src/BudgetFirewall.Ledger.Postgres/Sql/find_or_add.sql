-- Each row is looked for by itself, so that its key's index is used whatever the server knows of the table.
with given as materialized (
  select k.*, (select t.id from {table} t where {found}) as id
  from {given} with ordinality as k ({columns}, place)),
added as (
  insert into {table} ({columns})
  select {columns} from given where id is null order by place
  returning id, {key})
select coalesce(g.id, a.id), g.id is null
from given g
left join added a on g.id is null and {added}
order by g.place
