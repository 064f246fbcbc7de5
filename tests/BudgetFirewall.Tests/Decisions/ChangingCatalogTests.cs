using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests;

/// <summary>Budgets that change while a decision is being made.</summary>
public sealed class ChangingCatalogTests : StoreTests<MemoryHarness>
{
    [Fact]
    public async Task Budgets_that_change_faster_than_a_decision_is_made_end_in_a_denial()
    {
        var observer = new RecordingObserver();
        RestlessStore? restless = null;
        var firewall = Harness.CreateFirewallOn(store => restless = new(store), options => options.Budgets.Add(AliceLimit(10m)), observer);

        var decision = await firewall.TrySpendAsync(Call(1m));

        decision.Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        (restless!.Decisions, restless.CatalogReads).Should().Be((16, 16));
        (await Eventually.HoldsAsync(() => !observer.Troubles.IsEmpty)).Should().BeTrue();
        observer.Troubles.Should().ContainSingle().Which.Exception.Message.Should().Be("The limits were changed faster than a decision could be made.");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("one")]
    public async Task Every_attempt_at_a_decision_has_the_same_id(string? id)
    {
        RestlessStore? restless = null;
        var firewall = Harness.CreateFirewallOn(store => restless = new(store), options => options.Budgets.Add(AliceLimit(10m)));

        await firewall.TryReserveAsync(Call(1m, id: id));

        restless!.Ids.Should().HaveCount(16).And.AllBe(id ?? restless.Ids[0]);
    }

    [Fact]
    public async Task A_charge_that_met_them_has_certainly_not_happened()
    {
        var firewall = Harness.CreateFirewallOn(store => new RestlessStore(store), options => options.Budgets.Add(AliceLimit(10m)));

        var e = (await FluentActions.Awaiting(async () => await firewall.ChargeAsync(Call(1m))).Should().ThrowExactlyAsync<ChargeUnconfirmedException>()).Which;

        e.MayHaveHappened.Should().BeFalse();
    }

    [Fact]
    public async Task A_list_has_the_stores_time_for_each_part_of_the_catalog()
    {
        var writer = Firewall();
        for (var i = 0; i < 5; i++)
            await writer.Budgets.SetAsync(Limit(BudgetScope.User($"u{i}"), 1m));
        var firewall = Harness.CreateFirewallOn(store => new SlowParts(store, Harness.Clock), options => options.StoreTimeout = TimeSpan.FromSeconds(1));

        (await firewall.Budgets.ListAsync()).Count.Should().Be(5);
    }

    [Fact]
    public async Task A_decision_does_not_wait_for_those_who_list_budgets()
    {
        await Firewall().Budgets.SetAsync(AliceLimit(1m));
        SlowList? slow = null;
        var firewall = Harness.CreateFirewallOn(store => slow = new(store), _ => { });
        var listing = firewall.Budgets.ListAsync().AsTask();

        (await firewall.TryCheckAsync(Call(2m))).Outcome.Should().Be(DecisionOutcome.BudgetExceeded);

        listing.IsCompleted.Should().BeFalse();
        slow!.End.SetResult();
        (await listing).Should().ContainSingle();
    }

    [Fact]
    public async Task A_store_that_keeps_budgets_back_is_not_decided_by()
    {
        await Firewall().Budgets.SetManyAsync([AliceLimit(1m), Limit(SearchScope, 1m)]);
        var firewall = Harness.CreateFirewallOn(store => new Forgetful(store), _ => { });

        (await firewall.TryCheckAsync(Call(1m))).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        (await firewall.TryCheckAsync(Call(1m))).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        var failure = (await FluentActions.Awaiting(async () => await firewall.Budgets.ListAsync()).Should().ThrowExactlyAsync<BudgetStoreException>()).Which;
        failure.Message.Should().Be("The store says that it has 2 runtime limits and does not give as many.");
    }

    /// <summary>Answers the first who reads the catalog when it is told to.</summary>
    private sealed class SlowList(IBudgetStore inner) : StoreDecorator(inner)
    {
        private int _reads;

        public TaskCompletionSource End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async ValueTask<CatalogChanges> ReadCatalogAsync(string? partition, string knownVersion)
        {
            if (Interlocked.Increment(ref _reads) == 1)
                await End.Task;
            return await base.ReadCatalogAsync(partition, knownVersion);
        }
    }

    /// <summary>Gives the catalog budget by budget, each of which takes more than half of the time that the store has.</summary>
    private sealed class SlowParts(IBudgetStore inner, ManualTimeProvider clock) : StoreDecorator(inner)
    {
        public override async ValueTask<CatalogChanges> ReadCatalogAsync(string? partition, string knownVersion)
        {
            var changes = await base.ReadCatalogAsync(partition, "");
            var given = knownVersion.StartsWith("part", StringComparison.Ordinal) ? int.Parse(knownVersion[4..], System.Globalization.CultureInfo.InvariantCulture) : 0;
            clock.Advance(TimeSpan.FromSeconds(0.6));
            await Task.Yield();
            var isLast = given + 1 == changes.Set.Length;
            return changes with
            {
                Version = isLast ? changes.Version : $"part{given + 1}",
                StartsOver = given == 0,
                HasMore = !isLast,
                Set = [changes.Set[given]],
            };
        }
    }

    /// <summary>Never gives the first of the budgets.</summary>
    private sealed class Forgetful(IBudgetStore inner) : StoreDecorator(inner)
    {
        public override async ValueTask<CatalogChanges> ReadCatalogAsync(string? partition, string knownVersion)
        {
            var changes = await base.ReadCatalogAsync(partition, knownVersion);
            return changes with { Set = changes.Set.RemoveAt(0) };
        }
    }

    /// <summary>Always has a newer catalog than anybody knows.</summary>
    private sealed class RestlessStore(IBudgetStore inner) : StoreDecorator(inner)
    {
        public int Decisions { get; private set; }

        public List<string> Ids { get; } = [];

        public int CatalogReads { get; private set; }

        public override ValueTask<DecisionAnswer> DecideAsync(DecisionCall call)
        {
            Decisions++;
            Ids.Add(call.OperationId);
            return new(new DecisionAnswer { Status = DecisionStatus.StaleCatalog, Now = default });
        }

        public override ValueTask<CatalogChanges> ReadCatalogAsync(string? partition, string knownVersion)
        {
            CatalogReads++;
            return base.ReadCatalogAsync(partition, knownVersion);
        }
    }
}
