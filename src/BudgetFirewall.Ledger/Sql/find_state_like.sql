select 0, name, content from ledger_store_state where @part = '' or replace(name, @part, '') <> name or replace(content, @part, '') <> content
