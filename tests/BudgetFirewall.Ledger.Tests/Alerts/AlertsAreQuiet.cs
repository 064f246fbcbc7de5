namespace BudgetFirewall.Ledger.Tests.Alerts;

/// <summary>Of a group at most one alert is told within its rule's quiet time, and what is wrong is listed all the same.</summary>
public abstract class AlertsAreQuiet<THarness> : AlertSuite<THarness> where THarness : ILedgerHarness, new()
{
    [Fact]
    public async Task What_comes_back_within_the_quiet_time_opens_the_alert_again_and_tells_nobody()
    {
        await using var process = Start();
        for (var i = 0; i < 3; i++)
        {
            await AwayAsync(process);
            await BackAsync(process);
            Clock.Advance(TimeSpan.FromMinutes(1));
        }

        await AwayAsync(process);

        var alert = await OnlyAsync(process);
        (alert.Count, alert.OpenedAt, alert.ResolvedAt, alert.Resolution).Should().Be((4, Noon, null, null));
        await HearAsync(() => process.Resolved.Count, 1);
        (process.Opened.Count, process.Resolved.Count).Should().Be((1, 1));
    }

    [Fact]
    public async Task What_is_still_there_when_the_quiet_time_is_over_is_told_then()
    {
        await using var process = Start(options => options.LookEvery = TimeSpan.FromDays(1));
        process.Raise(Event(BudgetEventTypes.ChargeUndeliverable, "o"));
        var alert = await OnlyAsync(process);
        await process.Alerts.ResolveAsync(alert.Id);
        Clock.Advance(TimeSpan.FromMinutes(10));
        process.Raise(Event(BudgetEventTypes.ChargeUndeliverable, "o"));
        await OnlyAsync(process, only => only.State == AlertState.Open);
        await process.Alerts.LookAsync();
        await HearAsync(() => process.Opened.Count, 1);
        process.Opened.Count.Should().Be(1);
        Clock.Advance(TimeSpan.FromMinutes(50));

        await process.Alerts.LookAsync();
        await process.Alerts.LookAsync();

        await HearAsync(() => process.Opened.Count, 2);
        await Task.Delay(50);
        process.Opened.Select(e => e.Data.AlertId).Should().Equal(alert.Id, alert.Id);
    }

    [Fact]
    public async Task After_the_quiet_time_it_is_another_alert()
    {
        await using var process = Start();
        await AwayAsync(process);
        await BackAsync(process);
        Clock.Advance(TimeSpan.FromHours(1));

        process.Raise(Event(BudgetEventTypes.StoreAway, "store"));

        await WaitUntilAsync(async () => (await process.ListAsync()).Count == 2);
        (await process.ListAsync()).Select(alert => alert.State).Should().Equal(AlertState.Open, AlertState.Resolved);
        await HearAsync(() => process.Opened.Count, 2);
        process.Opened.Select(e => e.Data.AlertId).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task Without_a_quiet_time_each_is_told()
    {
        await using var process = StartWith(new() { Name = "all", QuietFor = TimeSpan.Zero });
        for (var i = 0; i < 3; i++)
        {
            await AwayAsync(process);
            await BackAsync(process);
        }

        await HearAsync(() => process.Resolved.Count, 3);
        process.Opened.Count.Should().Be(3);
    }

    private async Task AwayAsync(AlertProcess process)
    {
        process.Raise(Event(BudgetEventTypes.StoreAway, "store"));
        await WaitUntilAsync(async () => await process.ListAsync() is [{ State: AlertState.Open }, ..]);
    }

    private async Task BackAsync(AlertProcess process)
    {
        process.Raise(Event(BudgetEventTypes.StoreBack, "store"));
        await WaitUntilAsync(async () => (await process.ListAsync())[0].State == AlertState.Resolved);
    }
}
