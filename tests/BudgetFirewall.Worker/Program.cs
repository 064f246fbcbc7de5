using System.Globalization;
using BudgetFirewall;

// One process of many: BudgetFirewall.Worker ADDRESS PREFIX CALLERS CALLS LIMIT MODE
// MODE reserve: reserves 1 each and keeps it; commit: reserves 1 each and commits a random part; abandon: the same until it is killed, with a lease of 5 seconds.
// outbox PATH: charges 1 each until it is killed, to a server that is away, and prints the ids that the outbox has kept.
// Waits for a line on its input, works, and prints "granted committed-nanos".
var (address, prefix, callers, calls) = (args[0], args[1], int.Parse(args[2], CultureInfo.InvariantCulture), int.Parse(args[3], CultureInfo.InvariantCulture));
var (limit, mode) = (decimal.Parse(args[4], CultureInfo.InvariantCulture), args[5]);

await using var firewall = new BudgetFirewallBuilder()
    .Configure(options =>
    {
        options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = limit, Period = BudgetPeriod.Month });
        options.KeyPrefix = prefix;
        options.StoreTimeout = TimeSpan.FromMilliseconds(mode == "outbox" ? 100 : 30_000);
        options.Outbox.IsEnabled = mode == "outbox";
        options.Outbox.Path = mode == "outbox" ? args[6] : null;
        options.Outbox.Capacity = 1_000_000;
        options.ReservationLease = mode == "abandon" ? TimeSpan.FromSeconds(5) : TimeSpan.FromMinutes(10);
    })
    .UseRedis(address)
    .Build();
if (mode != "outbox")
    await firewall.GetStatusAsync(BudgetScope.Global);
Console.WriteLine("ready");
await Console.In.ReadLineAsync();

var (granted, committedNanos) = (0, 0L);
await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
{
    var random = new Random(HashCode.Combine(Environment.ProcessId, caller));
    for (var i = 0; i < calls; i++)
    {
        if (mode == "outbox")
        {
            var receipt = await firewall.ChargeAsync(new BudgetRequest { Provider = "load", Cost = 1m, OperationId = $"{Environment.ProcessId}-{caller}-{i}" });
            Console.WriteLine($"{(receipt.IsQueued ? "queued" : "charged")} {receipt.OperationId}");
            continue;
        }
        var reservation = await firewall.TryReserveAsync(new BudgetRequest { Provider = "load", Cost = 1m });
        if (!reservation.IsGranted)
            continue;
        Interlocked.Increment(ref granted);
        if (mode == "reserve")
            continue;
        var nanos = random.Next(0, 1_000_000_001);
        await reservation.CommitAsync(nanos / 1_000_000_000m);
        Interlocked.Add(ref committedNanos, nanos);
        if (mode == "abandon")
            Console.WriteLine($"committed {nanos}");
    }
})));
Console.WriteLine($"{granted} {committedNanos}");
