select 0, name from ledger_families where @part = '' or replace(name, @part, '') <> name
