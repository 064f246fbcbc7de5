select id from ledger_attributions where scopes = @scopes
