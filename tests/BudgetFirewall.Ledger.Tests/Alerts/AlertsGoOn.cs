using System.Globalization;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Ledger.Tests.Alerts;

/// <summary>What repeats, takes long or is seen by one process alone is told all the same, and firewalls of different names have alerts of their own.</summary>
public abstract class AlertsGoOn<THarness> : AlertSuite<THarness> where THarness : ILedgerHarness, new()
{
    [Fact]
    public async Task Firewalls_of_different_names_have_alerts_of_their_own()
    {
        await using var unnamed = Start();
        await using var named = Start(name: "batch jobs");
        await using var same = Start(name: "batch jobs");
        unnamed.Raise(Event(BudgetEventTypes.DataLost, "store"));
        named.Raise(Event(BudgetEventTypes.DataLost, "store"));
        var (one, other) = (await OnlyAsync(unnamed), await OnlyAsync(named));

        one.Id.Should().NotBe(other.Id);
        (await OnlyAsync(same)).Id.Should().Be(other.Id);
        (await unnamed.Alerts.FindAsync(other.Id)).Should().BeNull();
        (await unnamed.Alerts.AcknowledgeAsync(other.Id)).Should().BeNull();
        (await unnamed.Alerts.ResolveAsync(other.Id)).Should().BeNull();
        named.Raise(Event(BudgetEventTypes.StoreAway, "store"));
        await WaitUntilAsync(async () => (await named.ListAsync()).Count == 2);
        unnamed.Raise(Event(BudgetEventTypes.StoreBack, "store"));
        unnamed.Raise(Event(BudgetEventTypes.DataLost, "store"));
        await OnlyAsync(unnamed, alert => alert.Count == 2);
        (await named.ListAsync(AlertState.Open)).Should().HaveCount(2);
        (await same.Alerts.ResolveAsync(other.Id))!.State.Should().Be(AlertState.Resolved);
        (await OnlyAsync(unnamed)).State.Should().Be(AlertState.Open);
    }

    [Fact]
    public async Task Alerts_from_before_they_belonged_to_firewalls_belong_to_those_that_have_raised_them()
    {
        await using (var unnamed = Start())
        {
            unnamed.Raise(Event(BudgetEventTypes.DataLost, "st\0re", BudgetScope.User("al\0ice\"\"source\":\"x")));
            await OnlyAsync(unnamed);
        }
        await using (var named = Start(name: "batch jobs"))
        {
            named.Raise(Event(BudgetEventTypes.ChargeUndeliverable, "st\0re"));
            await OnlyAsync(named);
        }
        await GoBackToVersion15Async();
        foreach (var index in new[] { "ledger_alerts_by_group", "ledger_alerts_open", "ledger_alerts_by_state" })
            await ExecuteAsync($"drop index {index}");
        await ExecuteAsync("alter table ledger_alerts drop column source");
        await ExecuteAsync("alter table ledger_former_allocations drop column salt");
        await ExecuteAsync("create index ledger_alerts_by_group on ledger_alerts (rule, group_key, id)");
        await ExecuteAsync("create unique index ledger_alerts_open on ledger_alerts (rule, group_key) where state <> 2");
        await ExecuteAsync("create index ledger_alerts_by_state on ledger_alerts (state, id)");
        await ExecuteAsync("delete from ledger_versions where version = 15");

        await using var first = Start();
        await using var second = Start(name: "batch jobs");

        (await OnlyAsync(first)).Event.Type.Should().Be(BudgetEventTypes.DataLost);
        (await OnlyAsync(second)).Event.Type.Should().Be(BudgetEventTypes.ChargeUndeliverable);
    }

    [Fact]
    public async Task A_budget_that_a_named_firewall_sees_makes_an_alert_of_that_firewall()
    {
        await using var named = Start(configure: options => options.Budgets.Add(Daily(BudgetScope.User("alice"))), name: "batch");
        await named.Firewall.ChargeAsync(By("alice", 9.5m));

        await named.Alerts.LookAsync();

        (await OnlyAsync(named)).Event.Source.Should().Be("/budgetfirewall/batch");
    }

    [Fact]
    public async Task An_event_of_an_application_with_a_text_of_its_own_as_scope_is_listed_with_the_others()
    {
        await using var process = StartWith(new() { Name = "own", Types = ["com.example.office", BudgetEventTypes.DataLost] });
        process.Raise(new("com.example.office", Clock.GetUtcNow(), "s") { Data = new() { Scope = "the whole office" } });
        process.Raise(Event(BudgetEventTypes.DataLost, "store"));

        await WaitUntilAsync(async () => (await process.ListAsync()).Count == 2);

        (await process.ListAsync()).Select(alert => alert.Event.Data.Scope).Should().BeEquivalentTo([null, "the whole office"]);
    }

    [Fact]
    public async Task A_pool_that_is_used_up_again_is_told_again_to_subscriptions()
    {
        await using var process = Start(use: builder => builder.AddEventSubscriptions());
        await process.Get<IEventSubscriptions>().CreateAsync(new() { Url = "https://hooks.example.com/", Types = [BudgetEventTypes.QuotaUsedUp] });
        await StartPoolAsync(process);
        await process.Firewall.ChargeAsync(By("alice", 10m) with { OperationId = "first" });
        await process.FlushAsync();
        await process.Alerts.LookAsync();
        await process.Alerts.LookAsync();
        await WaitUntilAsync(async () => await CountAsync("count(*) from ledger_events") == 1);
        await process.Firewall.RefundAsync(new() { CorrectionId = "note", OperationId = "first" });
        await process.Alerts.LookAsync();
        await process.Firewall.ChargeAsync(By("alice", 10m));

        await process.Alerts.LookAsync();
        await process.Alerts.LookAsync();

        await WaitUntilAsync(async () => await CountAsync("count(*) from ledger_events") == 2);
        await HearAsync(() => process.Heard.Count(e => e.Type == BudgetEventTypes.QuotaUsedUp), 2);
        process.Heard.Where(e => e.Type == BudgetEventTypes.QuotaUsedUp).Select(e => e.Id).Should().HaveCount(2).And.OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task A_pool_that_is_used_up_is_not_told_again_by_the_process_that_looks_next()
    {
        await using var store = new MemoryBudgetStore(Clock);
        AlertProcess StartShared() => Start(use: builder => builder.UseStore(_ => new SharedStore(store)));
        await using var second = StartShared();
        await using (var first = StartShared())
        {
            await StartPoolAsync(first);
            await first.Firewall.ChargeAsync(By("alice", 10m) with { OperationId = "first" });
            await first.Alerts.LookAsync();
            await WaitUntilAsync(async () => (await first.ListAsync()).Any(alert => alert.Event.Type == BudgetEventTypes.QuotaUsedUp));
        }

        await second.Alerts.LookAsync();
        (await second.ListAsync()).Single(alert => alert.Event.Type == BudgetEventTypes.QuotaUsedUp).Count.Should().Be(1);
        await second.Firewall.RefundAsync(new() { CorrectionId = "note", OperationId = "first" });
        await second.Alerts.LookAsync();
        await second.Firewall.ChargeAsync(By("alice", 10m));
        await second.Alerts.LookAsync();

        await HearAsync(() => second.Heard.Count(e => e.Type == BudgetEventTypes.QuotaUsedUp), 1);
        second.Heard.Should().ContainSingle(e => e.Type == BudgetEventTypes.QuotaUsedUp);
    }

    [Fact]
    public async Task Each_time_that_a_pool_is_used_up_is_an_event_of_its_own_whichever_process_finds_it()
    {
        await using var store = new MemoryBudgetStore(Clock);
        AlertProcess StartShared() => Start(use: builder => builder.UseStore(_ => new SharedStore(store)).AddEventSubscriptions());
        await using (var first = StartShared())
        {
            await first.Get<IEventSubscriptions>().CreateAsync(new() { Url = "https://hooks.example.com/", Types = [BudgetEventTypes.QuotaUsedUp] });
            await StartPoolAsync(first);
            for (var times = 1; times <= 2; times++)
                await UseUpAsync(first, times);
        }
        await using var second = StartShared();
        await second.Alerts.LookAsync();

        await UseUpAsync(second, 3);

        async Task UseUpAsync(AlertProcess process, int times)
        {
            await process.Firewall.ChargeAsync(By("alice", 10m) with { OperationId = $"charge-{times}" });
            await process.Alerts.LookAsync();
            await WaitUntilAsync(async () => await CountAsync("count(*) from ledger_events") == times);
            await WaitUntilAsync(async () => (await process.ListAsync(AlertState.Open)).Any());
            await process.Firewall.RefundAsync(new() { CorrectionId = $"note-{times}", OperationId = $"charge-{times}" });
            await process.Alerts.LookAsync();
        }
    }

    [Fact]
    public async Task More_partitions_than_one_page_are_all_looked_at()
    {
        const int Partitions = 1_003;
        await using var process = Start(configure: options =>
        {
            options.PartitionBy = "tenant";
            options.Budgets.Add(new() { Id = "all", Scope = BudgetScope.Global, Limit = 10m, WarnAt = [] });
        });
        for (var i = 0; i < Partitions; i++)
            await process.Firewall.ChargeAsync(By("alice", i >= 1_000 ? 9.5m : 1m) with { Dimensions = new Dictionary<string, string> { ["tenant"] = i.ToString("'t'0000", CultureInfo.InvariantCulture) } });
        await process.FlushAsync();

        await process.Alerts.LookAsync();

        (await process.ListAsync()).Select(alert => alert.Event.Partition).Should().BeEquivalentTo(["t1000", "t1001", "t1002"]);
    }

    [Fact]
    public async Task A_long_look_keeps_its_lease_and_ends_where_another_process_has_it()
    {
        var (inner, looks, isTaken) = (new MemoryBudgetStore(Clock), 0, false);
        await using var store = new WatchedStore(inner, async () =>
        {
            // Each partition takes as long as the look is apart.
            looks++;
            Clock.Advance(TimeSpan.FromSeconds(59));
            if (looks != 6)
                return;
            await ExecuteAsync("update ledger_leases set owner = 'another', until_us = until_us + 3600000000 where name = 'alerts'");
            isTaken = true;
        });
        await using var process = Start(configure: options =>
        {
            options.StoreTimeout = TimeSpan.FromMinutes(1);
            options.PartitionBy = "tenant";
            options.Budgets.Add(new() { Id = "all", Scope = BudgetScope.Global, Limit = 10m, WarnAt = [] });
        }, use: builder => builder.UseStore(_ => store));
        for (var i = 0; i < 20; i++)
            await process.Firewall.ChargeAsync(By("alice", 1m) with { Dimensions = new Dictionary<string, string> { ["tenant"] = $"t{i}" } });
        await process.FlushAsync();
        store.IsWatched = true;

        await WaitUntilAsync(() =>
        {
            if (looks == 0)
                Clock.Advance(TimeSpan.FromMinutes(1));
            return Task.FromResult(isTaken);
        });
        await Task.Delay(200);

        looks.Should().BeInRange(6, 7, "the lease is another's");
        (await CountAsync("count(*) from ledger_leases where name = 'alerts' and owner = 'another'")).Should().Be(1);
    }

    [Fact]
    public async Task A_store_that_one_process_alone_cannot_reach_stays_away_for_the_others_and_each_absence_is_told()
    {
        await using var store = new MemoryBudgetStore(Clock);
        ChaosBudgetStore? chaos = null;
        await using var cut = Start(use: builder => builder.UseStore(_ => new SharedStore(store)).WrapStore((inner, _) => chaos = new(inner)));
        await using var other = Start(use: builder => builder.UseStore(_ => new SharedStore(store)));
        await cut.Firewall.ChargeAsync(By("alice", 1m));

        for (var absence = 1; absence <= 2; absence++)
        {
            chaos!.Strike(StoreCalls.All, StoreFault.NotReached);
            await cut.Firewall.Awaiting(firewall => firewall.GetStatusAsync(BudgetScope.User("alice")).AsTask()).Should().ThrowAsync<BudgetStoreException>();
            await WaitUntilAsync(async () => (await other.ListAsync(AlertState.Open)).Count == 1);
            for (var look = 0; look < 30; look++)
            {
                // The process that is cut off says so again, a few minutes after the last time at most.
                var last = (await other.ListAsync(AlertState.Open)).Single().LastAt;
                await PassUntilAsync(TimeSpan.FromSeconds(30), async () => await other.ListAsync(AlertState.Open) is [var open] && open.LastAt > last + TimeSpan.FromMinutes(2));
                await other.Alerts.LookAsync();
                (await other.ListAsync(AlertState.Open)).Should().ContainSingle("it is away in look {0} of the absence {1}", look, absence);
            }
            chaos.Heal();
            await PassUntilAsync(TimeSpan.FromSeconds(30), () => cut.Heard.Count(e => e.Type == BudgetEventTypes.StoreBack) == absence);
            await WaitUntilAsync(async () => (await other.ListAsync(AlertState.Open)).Count == 0);
            await HearAsync(() => cut.Opened.Count + other.Opened.Count, absence);
        }

        (await cut.ListAsync()).Should().HaveCount(2).And.AllSatisfy(alert => alert.Count.Should().Be(1));
        (cut.Opened.Count + other.Opened.Count).Should().Be(2);
    }

    [Fact]
    public async Task A_process_that_is_gone_leaves_no_alert_of_a_store_that_answers()
    {
        await using var store = new MemoryBudgetStore(Clock);
        await using (var gone = Start(use: builder => builder.UseStore(_ => new SharedStore(store))))
        {
            gone.Raise(Event(BudgetEventTypes.StoreAway, "store"));
            await OnlyAsync(gone);
        }
        await using var other = Start(use: builder => builder.UseStore(_ => new SharedStore(store)));
        Clock.Advance(TimeSpan.FromMinutes(5));

        await other.Alerts.LookAsync();

        (await OnlyAsync(other)).State.Should().Be(AlertState.Resolved);
    }

    private static async Task StartPoolAsync(AlertProcess process) =>
        await process.Firewall.Quotas.AllocateAsync(new() { Id = "q", Limit = 10m, Period = BudgetPeriod.Day, Members = [new() { Scope = BudgetScope.User("alice") }] });

    /// <summary>A store that outlives the firewalls that use it.</summary>
    private sealed class SharedStore(IBudgetStore inner) : DelegatingBudgetStore(inner)
    {
#pragma warning disable CA2215 // That is what it is for.
        public override ValueTask DisposeAsync() => default;
#pragma warning restore CA2215
    }

    /// <summary>A store that tells when a status is read, once it is watched.</summary>
    private sealed class WatchedStore(IBudgetStore inner, Func<Task> looked) : DelegatingBudgetStore(inner)
    {
        public bool IsWatched { get; set; }

        public override async ValueTask<StatusAnswer> ReadStatusAsync(StatusCall call)
        {
            if (IsWatched)
                await looked();
            return await base.ReadStatusAsync(call);
        }
    }
}
