-- An attribution is one row, a JSON object with the id of a scope by the id of its kind, in the place of a row for each of its scopes.
update ledger_attributions set scopes = coalesce(
  (select '{' || group_concat('"' || s.kind_id || '":' || s.id, ',' order by p.key) || '}' from json_each('[' || ledger_attributions.scopes || ']') p join ledger_scopes s on s.id = p.value),
  '{}');
drop table ledger_attribution_scopes;
create view ledger_attribution_scopes as
select a.id as attribution_id, cast(k.key as integer) as kind_id, k.value as scope_id from ledger_attributions a, json_each(a.scopes) k;
