using BenchmarkDotNet.Running;
using BudgetFirewall.Benchmarks.Alerts;
using BudgetFirewall.Benchmarks.Catalog;
using BudgetFirewall.Benchmarks.Denials;
using BudgetFirewall.Benchmarks.Ledger;
using BudgetFirewall.Benchmarks.Memory;
using BudgetFirewall.Benchmarks.Outbox;
using BudgetFirewall.Benchmarks.Redis;

if (args is ["redis", ..])
    await RedisLoad.RunAsync(args[1..]);
else if (args is [LoadProcess.Word, var address, var kind])
    await LoadProcess.ServeAsync(address, kind == "hot");
else if (args is ["footprint"])
    await Footprint.PrintAsync();
else if (args is ["alerts"])
    await AlertFigures.PrintAsync();
else if (args is ["catalog"])
    await CatalogFigures.PrintAsync();
else if (args is ["denials"])
    await RefusalThroughput.PrintAsync();
else if (args is ["ledger", ..])
    await LedgerFigures.PrintAsync(args[1..]);
else if (args is ["what-if", ..])
    await WhatIfFigures.PrintAsync(args[1..]);
else if (args is ["anomalies", ..])
    await AnomalyFigures.PrintAsync(args[1..]);
else if (args is ["receipts", ..])
    await ReceiptFigures.PrintAsync(args[1..]);
else if (args is ["stream"])
    await StreamFigures.PrintAsync();
else if (args is ["outbox"])
    await OutboxThroughput.PrintAsync();
else
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
