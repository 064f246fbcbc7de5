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

    private static string Shown(BudgetEvent e) => $"{e.Type} {e.Subject} {e.Scope} {JsonDocument.Parse(e.ToJson()).RootElement.GetProperty("data").GetRawText()}";
}
