namespace BudgetFirewall.Ledger.Tests.Alerts;

/// <summary>A ledger whose database cannot be written to is told, and that it has caught up.</summary>
public abstract class LedgersFallBehind<THarness> : AlertSuite<THarness> where THarness : ILedgerHarness, new()
{
    [Fact]
    public async Task A_ledger_that_is_behind_is_told_again_and_again_until_it_has_caught_up()
    {
        await using var process = Start(configure: options => options.Budgets.Add(Daily(BudgetScope.Each("user"))));
        await process.Firewall.ChargeAsync(By("alice", 1m));
        await process.FlushAsync();
        await ExecuteAsync("alter table ledger_entries rename to ledger_entries_away");
        await process.Firewall.ChargeAsync(By("alice", 1m));
        await WaitUntilAsync(() => Task.FromResult(process.Get<ILedgerFeed>().Status.FailingSince is not null));
        await Clock.PassAsync(TimeSpan.FromSeconds(45));
        Told(process).Should().BeEmpty("it may be back in a moment");

        await AdvanceAsync(TimeSpan.FromMinutes(1));
        await HearAsync(() => Told(process).Count, 1);
        await AdvanceAsync(TimeSpan.FromMinutes(11));
        await HearAsync(() => Told(process).Count, 2);
        var alert = await OnlyAsync(process, only => only.Count == 2);
        (alert.State, alert.Severity, alert.Event.Data.Count).Should().Be((AlertState.Open, BudgetEventSeverity.Error, 1));
        await ExecuteAsync("alter table ledger_entries_away rename to ledger_entries");
        await PassUntilAsync(TimeSpan.FromSeconds(15), async () => (await process.ListAsync()).All(one => one.State == AlertState.Resolved));

        await HearAsync(() => process.Heard.Count(e => e.Type == BudgetEventTypes.LedgerCaughtUp), 1);
        Told(process).Count.Should().Be(2);
        process.Heard.Should().ContainSingle(e => e.Type == BudgetEventTypes.LedgerCaughtUp);
    }

    private static IReadOnlyList<BudgetEvent> Told(AlertProcess process) => [.. process.Heard.Where(e => e.Type == BudgetEventTypes.LedgerBehind)];

    private async Task AdvanceAsync(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(15))
            await Clock.PassAsync(TimeSpan.FromSeconds(15));
    }
}
