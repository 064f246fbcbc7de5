select scopes, id from ledger_attributions where scopes in ({list})
