using System.Net;
using BudgetFirewall.Ledger.Tests.Webhooks;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Ledger.Tests.Alerts;

/// <summary>Processes that share a ledger share its alerts: each is made once and told once, and scopes are found that other processes have charged.</summary>
public abstract class AlertsAreShared<THarness> : AlertSuite<THarness> where THarness : ILedgerHarness, new()
{
    [Fact]
    public async Task Processes_that_see_the_same_make_one_alert_and_tell_it_once()
    {
        await using var first = Start();
        await using var second = Start();

        for (var i = 0; i < 40; i++)
            (i % 2 == 0 ? first : second).Raise(Event(BudgetEventTypes.StoreAway, "store"));

        var alert = await OnlyAsync(first, only => only.Count == 40);
        await HearAsync(() => first.Opened.Count + second.Opened.Count, 1);
        await Task.Delay(50);
        first.Opened.Concat(second.Opened).Should().ContainSingle().Which.Data.AlertId.Should().Be(alert.Id);
        await second.Alerts.AcknowledgeAsync(alert.Id, by: "carol");
        (await first.Alerts.FindAsync(alert.Id))!.AcknowledgedBy.Should().Be("carol");
    }

    [Fact]
    public async Task Processes_that_watch_the_same_budgets_shout_once_and_one_of_them_looks()
    {
        await using var store = new MemoryBudgetStore(Clock);
        AlertProcess StartShared() => Start(
            configure: options => options.Budgets.Add(Daily(BudgetScope.Each("user"))),
            use: builder => builder.UseStore(_ => new SharedStore(store)));
        var first = StartShared();
        await using var second = StartShared();
        await first.Firewall.ChargeAsync(By("alice", 9.5m));
        await second.Firewall.ChargeAsync(By("bob", 10m));
        await first.FlushAsync();
        await second.FlushAsync();

        await PassUntilAsync(TimeSpan.FromMinutes(1), async () => (await second.ListAsync()).Count == 2);
        for (var i = 0; i < 5; i++)
            await Clock.PassAsync(TimeSpan.FromMinutes(1));

        (await CountAsync("count(*) from ledger_leases where name = 'alerts'")).Should().Be(1);
        await HearAsync(() => first.Opened.Count + second.Opened.Count, 2);
        first.Opened.Concat(second.Opened).Select(e => e.Scope?.Id).Should().BeEquivalentTo(["alice", "bob"]);
        await first.DisposeAsync();
        await second.Firewall.ChargeAsync(By("carol", 9.5m));
        await second.FlushAsync();
        await PassUntilAsync(TimeSpan.FromMinutes(1), async () => (await second.ListAsync()).Count == 3);
    }

    [Fact]
    public async Task The_scopes_of_a_budget_for_each_are_those_that_have_spent_most_and_no_more_than_may_be_read()
    {
        await using var process = Start(
            options => options.MaxScopes = 5,
            options =>
            {
                options.Budgets.Add(Daily(BudgetScope.Each("user")));
                options.Budgets.Add(new() { Id = "units", Scope = BudgetScope.Each("project"), Limit = 100m, Unit = "input_tokens", Period = BudgetPeriod.None, WarnAt = [] });
            });
        for (var i = 0; i < 20; i++)
            await process.Firewall.ChargeAsync(By($"u{i}", 5m + (i * 0.5m)));
        await process.Firewall.ChargeAsync(new() { Provider = "openai", ProjectId = "p", Usage = BudgetUsage.Tokens(95, 0), Cost = 0m });
        await process.FlushAsync();

        await process.Alerts.LookAsync();

        (await process.ListAsync()).Select(alert => alert.Event.Scope!.Value.Id).Should().BeEquivalentTo(["u19", "u18", "u17", "u16", "u15", "p"]);
    }

    [Fact]
    public async Task Each_partition_is_watched()
    {
        await using var process = Start(configure: options =>
        {
            options.PartitionBy = "tenant";
            options.Budgets.Add(Daily(BudgetScope.Each("user")));
            options.Budgets.Add(new() { Id = "all", Scope = BudgetScope.Global, Limit = 10m, WarnAt = [] });
        });
        foreach (var (tenant, cost) in new[] { ("t1", 9.5m), ("t2", 2m) })
            await process.Firewall.ChargeAsync(By("alice", cost) with { Dimensions = new Dictionary<string, string> { ["tenant"] = tenant } });
        await process.FlushAsync();

        await process.Alerts.LookAsync();
        await process.Alerts.LookAsync();

        (await process.ListAsync(AlertState.Open)).Select(alert => (alert.Event.Partition, alert.Event.Subject, alert.Count)).Should().BeEquivalentTo([("t1", "b", 1L), ("t1", "all", 1L)]);
    }

    [Fact]
    public async Task An_alert_reaches_each_subscription_once()
    {
        await using var receiver = new Receiver();
        await using var process = Start(use: builder => builder.AddEventSubscriptions(options => options.Webhooks.AllowedNetworks.Add(IPNetwork.Parse("127.0.0.0/8"))));
        var subscriptions = process.Get<IEventSubscriptions>();
        await subscriptions.CreateAsync(new() { Id = "all", Url = receiver.Url, Types = [BudgetEventTypes.AlertOpened, BudgetEventTypes.AlertResolved] });
        process.Raise(Event(BudgetEventTypes.StoreAway, "store"));
        await OnlyAsync(process);
        process.Raise(Event(BudgetEventTypes.StoreBack, "store"));

        // A claim must not end while its delivery is being made.
        await PassUntilAsync(TimeSpan.FromSeconds(1), StepPatience, async () => (await subscriptions.ListDeliveriesAsync("all", EventDeliveryState.Delivered)).Deliveries.Count == 2);
        for (var i = 0; i < 5; i++)
            await Clock.PassAsync(TimeSpan.FromSeconds(1));

        await HearAsync(() => process.Resolved.Count, 1);
        receiver.Deliveries.Select(got => BudgetEvent.FromJson(got.Body).Type).Should().Equal(BudgetEventTypes.AlertOpened, BudgetEventTypes.AlertResolved);
        BudgetEvent.FromJson(receiver.Deliveries.First().Body).Severity.Should().Be(BudgetEventSeverity.Error);
        receiver.Deliveries.Select(got => got.Id).Should().Equal(process.Opened.Concat(process.Resolved).Select(e => e.Id));
    }

    [Fact]
    public async Task Alerts_outlive_their_process()
    {
        await using (var process = Start())
        {
            process.Raise(Event(BudgetEventTypes.DataLost, "st\0re", BudgetScope.User("al\0ice")));
            await OnlyAsync(process);
        }

        await using var next = Start();

        (await OnlyAsync(next)).Event.Scope.Should().Be(BudgetScope.User("al\0ice"));
    }

    [Fact]
    public async Task A_person_who_is_erased_is_named_in_no_alert()
    {
        await using var process = Start();
        process.Raise(Event(BudgetEventTypes.DataLost, "store", BudgetScope.User("alice.miller")));
        var alert = await OnlyAsync(process);

        await LedgerErasure.Of(Ledger, timeProvider: Clock).EraseAsync(BudgetScope.User("alice.miller"), "privacy");

        var erased = await OnlyAsync(process);
        (erased.Id, erased.State, erased.Event.Scope?.Kind).Should().Be((alert.Id, AlertState.Open, "user"));
        erased.Event.Scope!.Value.Id.Should().NotBe("alice.miller");
        (await CountAsync("count(*) from ledger_alerts where body like '%alice%' or group_key <> alert_id")).Should().Be(0);
    }

    [Fact]
    public async Task While_the_database_is_away_decisions_go_on_and_alerts_are_written_when_it_is_back()
    {
        await using var process = Start(configure: options => options.Budgets.Add(Daily(BudgetScope.User("alice")) with { WarnAt = [0.9m] }));
        await process.Alerts.ListAsync();
        await ExecuteAsync("alter table ledger_alerts rename to ledger_alerts_away");
        await process.Firewall.ChargeAsync(By("alice", 9.5m));
        (await process.Firewall.TrySpendAsync(By("alice", 1m))).IsAllowed.Should().BeFalse();
        await HearAsync(() => process.Heard.Count, 1);
        await process.Alerts.Awaiting(alerts => alerts.ListAsync().AsTask()).Should().ThrowAsync<LedgerException>();

        await ExecuteAsync("alter table ledger_alerts_away rename to ledger_alerts");

        await PassUntilAsync(TimeSpan.FromSeconds(1), async () => (await process.ListAsync()).Count == 1);
    }

    /// <summary>A store that outlives the firewalls that use it.</summary>
    private sealed class SharedStore(IBudgetStore inner) : DelegatingBudgetStore(inner)
    {
#pragma warning disable CA2215 // That is what it is for.
        public override ValueTask DisposeAsync() => default;
#pragma warning restore CA2215
    }
}
