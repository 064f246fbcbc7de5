select id, name from ledger_names where @part = '' or replace(name, @part, '') <> name
