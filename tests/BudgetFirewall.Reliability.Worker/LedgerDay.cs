using System.Globalization;

namespace BudgetFirewall.Reliability;

/// <summary>
/// A day of calls on a firewall in memory with a ledger and a journal. Each call has an id of its own, so that a process that begins the day again repeats what an earlier one has done. It prints the
/// number of each call once it is acknowledged.
/// </summary>
public static class LedgerDay
{
    /// <summary>A charge that an earlier process has acknowledged was not known any more.</summary>
    public const int Forgotten = 3;

    private static readonly string[] Users = ["alice", "bob", "carol", "dave"];

    /// <summary>Runs the day.</summary>
    /// <returns>0, or <see cref="Forgotten"/>.</returns>
    public static async Task<int> RunAsync(LedgerDayJob job)
    {
        await using var firewall = Build(job);
        // Once the ledger is read.
        while ((await firewall.TryCheckAsync(new() { Provider = "openai", Cost = 0m })).Outcome == DecisionOutcome.StoreUnavailable)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        Console.WriteLine("ready");
        for (var i = 0; i < job.Calls; i++)
        {
            var isRepeated = await CallAsync(firewall, CallOf(job.Seed, i), i);
            if (i < job.Acknowledged && !isRepeated)
                return Forgotten;
            Console.WriteLine(i.ToString(CultureInfo.InvariantCulture));
        }
        return 0;
    }

    /// <summary>A firewall on the files of a day.</summary>
    public static IBudgetFirewall Build(LedgerDayJob job) => new BudgetFirewallBuilder()
        .Configure(options =>
        {
            options.StoreTimeout = TimeSpan.FromSeconds(30);
            options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 1_000_000m, Period = BudgetPeriod.None });
            options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 1_000_000m, Period = BudgetPeriod.Year });
        })
        .UseLedger(_ => LedgerJob.Open(job.Database), options => (options.JournalPath, options.RetryAfter) = (job.Journal, TimeSpan.FromMilliseconds(100)))
        .Build();

    /// <summary>One call of the day.</summary>
    /// <param name="seed">What the calls are drawn from.</param>
    /// <param name="number">The call's number.</param>
    public static BudgetRequest CallOf(int seed, int number)
    {
        var random = new Random(unchecked((seed * 31) + (number * 7_919)));
        return new() { Provider = "openai", Operation = "chat", UserId = Users[random.Next(Users.Length)], Cost = random.Next(1, 1_000_000) / 1_000_000_000m, OperationId = $"call-{number}" };
    }

    private static async Task<bool> CallAsync(IBudgetFirewall firewall, BudgetRequest call, int number)
    {
        switch (number % 4)
        {
            case 0:
                return (await firewall.ChargeAsync(call)).IsReplay;
            case 1:
                return (await firewall.SpendAsync(call)).IsReplay;
            case 2:
                try
                {
                    await using var reservation = await firewall.ReserveAsync(call);
                    return (await reservation.CommitAsync(call.Cost!.Value)).IsReplay;
                }
                catch (OperationConflictException)
                {
                    // The reservation was committed by an earlier process.
                    return true;
                }
            default:
                var id = $"limit-{number % 20}";
                var before = await firewall.Budgets.FindAsync(id);
                if (before?.Limit >= number)
                    return true;
                await firewall.Budgets.SetAsync(new() { Id = id, Scope = BudgetScope.Project($"project-{number % 20}"), Limit = number });
                return false;
        }
    }
}
