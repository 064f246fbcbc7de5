using System.Collections.Concurrent;
using System.Text.Json;
using BudgetFirewall.Ledger.Tests.Webhooks;

namespace BudgetFirewall.Ledger.Tests.Subscriptions;

/// <summary>Events of what has an entry are written with it, in one transaction, and have the body that the channels of the process hear.</summary>
public abstract class EntriesTellEvents<THarness> : SubscriptionSuite<THarness> where THarness : ILedgerHarness, new()
{
    [Fact]
    public async Task Changes_approvals_and_late_commits_are_told_with_the_body_that_channels_hear()
    {
        await using var receiver = new Receiver();
        await using var events = Open();
        await SubscribeAsync(events, receiver);
        var heard = new ConcurrentQueue<BudgetEvent>();
        var firewall = new BudgetFirewallBuilder()
            .Configure(options => options.Budgets.Add(new() { Scope = BudgetScope.Each("user"), Limit = 1m, Enforcement = Enforcement.Escalate, WarnAt = [] }))
            .UseTimeProvider(Clock)
            .UseLedger(_ => Harness.Open(Clock))
            .AddEventChannel(events)
            .AddEventChannel((e, _) =>
            {
                heard.Enqueue(e);
                return default;
            })
            .Build();

        await firewall.Budgets.SetAsync(new() { Id = "b", Scope = BudgetScope.Project("p"), Limit = 2m });
        await firewall.Budgets.ChangedBy("bob").SetAsync(new() { Id = "b", Scope = BudgetScope.Project("p"), Limit = 3m });
        await firewall.RateLimits.SetAsync(new() { Id = "r", Scope = BudgetScope.Each("user"), Capacity = 100, RefillPerSecond = 1 });
        await firewall.Budgets.RemoveAsync("b");
        await firewall.Quotas.AllocateAsync(new() { Id = "q", Limit = 5m, Members = [new() { Scope = BudgetScope.Project("x") }] });
        var asked = (await firewall.TrySpendAsync(new() { Provider = "openai", UserId = "alice", Cost = 3m })).ApprovalIds.Single();
        await firewall.Approvals.ApproveAsync(asked, 4m, by: "carol", note: "once");
        var reservation = await firewall.ReserveAsync(new() { Provider = "openai", UserId = "alice", Cost = 1m });
        Clock.Advance(TimeSpan.FromMinutes(10));
        await reservation.CommitAsync(0.5m);
        await firewall.DisposeAsync();

        var ofEntries = heard.Where(e => e.Type != BudgetEventTypes.QuotaDivided && e.Type != BudgetEventTypes.Denied && e.Type != BudgetEventTypes.AllowanceChanged).ToList();
        await PassAsync(TimeSpan.FromSeconds(1), () => Task.FromResult(receiver.Deliveries.Count >= heard.Count));
        var told = receiver.Deliveries.Select(got => BudgetEvent.FromJson(got.Body)).ToList();
        told.Select(e => e.Type).Should().BeEquivalentTo(heard.Select(e => e.Type));
        ofEntries.Should().HaveCount(8);
        foreach (var e in ofEntries)
            told.Select(Shown).Should().Contain(Shown(e));
        told.Where(e => e.Type == BudgetEventTypes.BudgetChanged).Should().AllSatisfy(e => e.Id.Should().MatchRegex("^evt_[0-9a-f]{16}-[0-9a-f]{16}$"));
    }

    [Fact]
    public async Task An_entry_that_is_delivered_twice_is_told_once_and_one_that_is_not_written_not_at_all()
    {
        await using var events = Open(options => options.Delivers = false);
        await events.CreateAsync(new() { Id = "a", Url = "https://example.com/" });
        var change = new LedgerEntry { Kind = LedgerEntryKind.PoolChange, OperationId = "p", Time = Noon, After = "{}" };

        await Ledger.AppendAsync([change]);
        await Ledger.AppendAsync([change, change with { Time = Noon.AddSeconds(1) }]);

        (await CountAsync("count(*) from ledger_events")).Should().Be(2);
        (await events.ListDeliveriesAsync("a")).Deliveries.Select(delivery => delivery.EventId).Should().Equal("evt_" + (change with { Time = Noon.AddSeconds(1) }).Id, "evt_" + change.Id);
    }

    [Fact]
    public async Task What_becomes_of_an_allocation_is_told_with_its_entries()
    {
        await using var events = Open(options => options.Delivers = false);
        await events.CreateAsync(new() { Id = "a", Url = "https://example.com/", Types = [BudgetEventTypes.CostAllocated] });
        var ledger = (IAllocationLedger)Ledger;
        await Ledger.AppendAsync([Charge("1", 1m, project: "a") with { Partition = "acme" }]);
        var fee = new CostAllocation
        {
            Id = "fee", Partition = "acme", Source = "GPU cluster", Amount = 90m, From = Noon.AddDays(-1), To = Noon.AddDays(1), Method = AllocationMethod.ByCost, Each = "project", Reason = "invoice", By = "bob",
        };

        await ledger.AllocateAsync(fee);
        await ledger.AllocateAsync(fee);
        await Ledger.AppendAsync([Charge("2", 1m, project: "b") with { Partition = "acme" }]);
        await ledger.AllocateAgainAsync("fee", "acme", by: "carol");
        await ledger.AllocateAgainAsync("fee", "acme");
        await ledger.TakeBackAllocationAsync("fee", "acme", reason: "wrong");
        await ledger.AllocateAgainAsync("fee", "acme");

        var told = new List<string>();
        await using var connection = await Harness.ConnectAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "select body from ledger_events order by id";
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
                told.Add(reader.GetString(0));
        }
        var heard = told.ConvertAll(body => BudgetEvent.FromJson(System.Text.Encoding.UTF8.GetBytes(body)));
        heard.Select(e => $"{e.Subject} {e.Partition} {e.Data.AllocationId} {e.Data.Name} {e.Data.Currency}").Should().HaveCount(4).And.OnlyContain(text => text == "fee acme fee GPU cluster USD");
        heard.Select(e => (e.Data.ValueBefore, e.Data.ValueAfter, e.Data.By, e.Data.Reason)).Should().Equal((null, 90m, "bob", "invoice"), (90m, 90m, "carol", null), (90m, null, null, "wrong"), (null, 90m, null, null));
        heard.Select(e => e.Text).Should().Equal(
            "The cost of GPU cluster, 90 USD, was allocated by bob: allocation 'fee'.", "The cost of GPU cluster, 90 USD, was allocated again by carol: allocation 'fee'.",
            "The cost of GPU cluster, 90 USD, was taken back: allocation 'fee'.", "The cost of GPU cluster, 90 USD, was allocated: allocation 'fee'.");
    }

    private static string Shown(BudgetEvent e) => $"{e.Type} {e.Subject} {e.Scope} {JsonDocument.Parse(e.ToJson()).RootElement.GetProperty("data").GetRawText()}";
}
