select id from ledger_price_versions where prices = @prices
