select id, scopes from ledger_attributions where id {among}
