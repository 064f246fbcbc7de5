-- An attribution is one row, a JSON object with the id of a scope by the id of its kind, in the place of a row for each of its scopes.
update ledger_attributions set scopes = coalesce(
  (select '{' || string_agg('"' || s.kind_id || '":' || s.id, ',' order by p.place) || '}'
   from unnest(string_to_array(ledger_attributions.scopes, ',')) with ordinality as p (scope, place) join ledger_scopes s on s.id = p.scope::bigint),
  '{}');
drop table ledger_attribution_scopes;
create view ledger_attribution_scopes as
select a.id as attribution_id, k.key::bigint as kind_id, k.value::bigint as scope_id from ledger_attributions a cross join lateral json_each_text(a.scopes::json) k;
