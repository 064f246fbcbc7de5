using BudgetFirewall.Redis.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>A ledger that is compared with its store every so often, and what an operator learns of it.</summary>
public sealed class ReconciledByItselfTests : LedgerSuite<SqliteHarness>, IDisposable
{
    private static readonly BudgetRequest Call = new() { Provider = "openai", UserId = "alice", Cost = 0.25m };

    private readonly RecordingLogger _log = new();

    public void Dispose() => _log.Dispose();

    private ServiceProvider Start(Action<LedgerOptions>? configure = null)
    {
        var services = new ServiceCollection().AddSingleton<TimeProvider>(Clock).AddSingleton<ILoggerFactory>(_log);
        services.AddBudgetFirewall(options =>
        {
            options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 100m });
            options.Budgets.Add(new Budget { Id = "paused", Scope = BudgetScope.Each("project"), Limit = 100m, IsActive = false });
        }).UseLedger(clock => Harness.Open(clock), options => configure?.Invoke(options));
        return services.BuildServiceProvider();
    }

    private static (IBudgetFirewall Firewall, ILedgerFeed Feed, ILedgerReconciliation Reconciliation) Of(ServiceProvider process) =>
        (process.GetRequiredService<IBudgetFirewall>(), process.GetRequiredService<ILedgerFeed>(), process.GetRequiredService<ILedgerReconciliation>());

    [Fact]
    public async Task It_is_compared_after_each_interval_and_what_differs_or_fails_is_told()
    {
        await using var process = Start(options => options.ReconcileEvery = TimeSpan.FromMinutes(5));
        var (firewall, feed, reconciliation) = Of(process);
        await firewall.ChargeAsync(Call);
        await feed.FlushAsync();
        Clock.Advance(TimeSpan.FromMinutes(4));
        await Task.Delay(20);
        reconciliation.Last.Should().BeNull();

        await RunAsync(() => reconciliation.Last is { Counters: 1, Differences: [] });
        await ExecuteAsync("alter table ledger_counter_totals rename to away");
        await RunAsync(() => _log.Entries.Any(entry => entry.Event == 725));
        await ExecuteAsync("alter table away rename to ledger_counter_totals");
        await ExecuteAsync("update ledger_counter_totals set moved = 7");
        await RunAsync(() => reconciliation.Last is { Differences: [{ Spent: 250_000_000, Counter.Moved: 7 }] });

        _log.Entries.Should().Contain(entry => entry.Event == 724).Which.Text.Should().Contain("user/day").And.Contain("moved 7").And.Contain("250000000").And.NotContain("alice");

        // A few minutes for each, so that all of it is in one day.
        Task RunAsync(Func<bool> isSo) => PassUntilAsync(TimeSpan.FromMinutes(5), StepPatience, () => Task.FromResult(isSo()));
    }

    [Fact]
    public async Task Without_an_interval_it_is_compared_when_somebody_asks()
    {
        await using var process = Start();
        var (firewall, _, reconciliation) = Of(process);
        await firewall.ChargeAsync(Call);
        Clock.Advance(TimeSpan.FromDays(2));
        await Task.Delay(20);
        reconciliation.Last.Should().BeNull();

        var result = await reconciliation.RunAsync();

        reconciliation.Last.Should().BeSameAs(result);
    }

    [Fact]
    public async Task Counters_of_other_partitions_of_erased_persons_and_of_budgets_that_are_not_active_are_not_compared()
    {
        await using var process = Start();
        var (firewall, feed, reconciliation) = Of(process);
        await firewall.ChargeAsync(Call);
        await feed.FlushAsync();
        LedgerEntry Moved(string operation, string family, BudgetScope scope, string? partition = null) =>
            Charge(operation, 1m) with { Partition = partition, Counters = [new(family, scope, Noon.AddHours(-12), null, 1_000_000_000)] };
        await Ledger.AppendAsync([Moved("1", "user/day", BudgetScope.User("bob"), "acme"), Moved("2", "user/day", BudgetScope.User("(erased 1)")), Moved("3", "project/day", BudgetScope.Project("search"))]);

        var result = await reconciliation.RunAsync();

        (result.Counters, result.Differences.Length).Should().Be((1, 0));
    }
}
