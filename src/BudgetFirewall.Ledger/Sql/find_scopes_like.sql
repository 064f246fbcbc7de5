select 0, scope from ledger_scopes where @part = '' or replace(scope, @part, '') <> scope
