using BudgetFirewall.Conformance;

namespace BudgetFirewall.Tests;

/// <summary>Limits that are set and removed at run time, one after the other: each request meets all of those that are its own, and no other.</summary>
public sealed class RuntimeLimitsTests : StoreTests<MemoryHarness>
{
    private static readonly BudgetScope Users = BudgetScope.Each("user");

    [Fact]
    public async Task Limits_for_each_id_and_for_one_are_met_together_in_whatever_order_they_are_set()
    {
        var limits = new[] { Limit(Users, 10m, BudgetPeriod.Hour), Limit(Users, 10m, BudgetPeriod.Week), AliceLimit(10m), AliceLimit(10m, BudgetPeriod.Month), AliceLimit(10m, BudgetPeriod.Year) };

        foreach (var order in Orders(limits))
        {
            await Harness.StartOverAsync();
            var firewall = Firewall();
            var met = new List<string>();
            foreach (var limit in order)
            {
                await firewall.Budgets.SetAsync(limit);
                met.Add(limit.Id);
                (await firewall.TryCheckAsync(Call(1m))).Budgets.Select(state => state.BudgetId).Should().BeEquivalentTo(met);
            }
            foreach (var limit in order)
            {
                await firewall.Budgets.RemoveAsync(limit.Id);
                met.Remove(limit.Id);
                (await firewall.TryCheckAsync(Call(1m))).Budgets.Select(state => state.BudgetId).Should().BeEquivalentTo(met);
            }
        }
    }

    [Fact]
    public async Task Limits_for_each_id_stay_when_another_is_set()
    {
        var firewall = Firewall(Limit(Users, 10m, BudgetPeriod.Hour), Limit(Users, 10m), AliceLimit(10m, BudgetPeriod.Month));

        await firewall.Budgets.SetAsync(Limit(Users, 10m, BudgetPeriod.Week));

        (await firewall.TryCheckAsync(Call(1m))).Budgets.Should().HaveCount(4);
        (await firewall.TryCheckAsync(Call(1m, "bob"))).Budgets.Should().HaveCount(3);
    }

    [Fact]
    public async Task However_many_ids_have_limits_each_is_met_until_it_is_removed_and_no_longer()
    {
        var random = new Random(7);
        var users = Enumerable.Range(0, 1_000).Select(i => $"user{i}").ToArray();
        var firewall = Firewall();
        await firewall.Budgets.SetManyAsync([.. users.Select((user, i) => Limit(BudgetScope.User(user), i + 1))]);
        await firewall.Budgets.SetAsync(Limit(BudgetScope.User(users[5]), 9_000m));
        random.Shuffle(users);

        for (var gone = 0; gone < users.Length; gone++)
        {
            await AssertMetAsync(gone, gone + 1);
            await firewall.Budgets.RemoveAsync(Limit(BudgetScope.User(users[gone]), 1m).Id);
            (await firewall.TryCheckAsync(Call(1m, users[gone]))).Budgets.Should().BeEmpty();
            await AssertMetAsync(gone + 1, gone % 100 == 0 ? users.Length : Math.Min(gone + 4, users.Length));
        }

        async Task AssertMetAsync(int from, int until)
        {
            for (var i = from; i < until; i++)
            {
                var number = int.Parse(users[i][4..], System.Globalization.CultureInfo.InvariantCulture);
                (await firewall.TryCheckAsync(Call(1m, users[i]))).Budgets.Select(state => state.Limit).Should().Equal(number == 5 ? 9_000m : number + 1m);
            }
        }
    }

    [Fact]
    public async Task A_rate_limit_of_a_unit_that_is_set_where_there_was_none_takes_what_is_charged()
    {
        var firewall = Firewall();
        await firewall.RateLimits.SetAsync(Rate(AliceScope, capacity: 20, unit: Record));

        await firewall.ChargeAsync(Call(0m) with { Usage = Records(5) });

        (await firewall.LevelAsync(AliceScope)).Should().Be(15m);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_rate_limit_of_a_unit_takes_what_is_charged_beside_one_of_requests(bool atRunTime)
    {
        RateLimit[] limits = [Rate(AliceScope, capacity: 9) with { Id = "requests" }, Rate(AliceScope, capacity: 20, unit: Record) with { Id = "records" }];
        var firewall = atRunTime ? Firewall() : Firewall(options => options.RateLimits.AddRange(limits));
        if (atRunTime)
            await firewall.RateLimits.SetManyAsync(limits);

        await firewall.ChargeAsync(Call(0m) with { Usage = Records(5) });

        (await firewall.LevelAsync(AliceScope, "records")).Should().Be(15m);
        (await firewall.LevelAsync(AliceScope, "requests")).Should().Be(9m, "a charge takes no permits");
    }

    [Fact]
    public async Task A_limit_for_one_id_counts_with_those_for_each_towards_the_most_that_a_request_may_meet()
    {
        var firewall = Firewall([.. Enumerable.Range(0, 32).Select(i => Limit(Users, 10m, unit: $"unit-{i}"))]);

        await FluentActions.Awaiting(async () => await firewall.Budgets.SetAsync(AliceLimit(1m))).Should().ThrowExactlyAsync<ArgumentException>();
        await firewall.Budgets.SetAsync(Limit(AliceScope, 1m, unit: "unit-0"));
    }

    [Fact]
    public async Task Of_several_decisions_that_find_the_limits_changed_one_reads_them()
    {
        var (reads, read) = (0, new TaskCompletionSource());
        var firewall = Harness.CreateFirewallOn(store => new ReadWatch(store, async () =>
        {
            reads++;
            await read.Task;
        }), _ => { });
        await Firewall().Budgets.SetAsync(AliceLimit(1m));

        var decisions = Enumerable.Range(0, 5).Select(_ => firewall.TryCheckAsync(Call(2m)).AsTask()).ToList();
        read.SetResult();

        (await Task.WhenAll(decisions)).Should().OnlyContain(decision => decision.Outcome == DecisionOutcome.BudgetExceeded);
        reads.Should().Be(1);
    }

    private static IEnumerable<Budget[]> Orders(Budget[] limits)
    {
        var random = new Random(5);
        for (var i = 0; i < 40; i++)
        {
            random.Shuffle(limits);
            yield return [.. limits];
        }
    }

    /// <summary>A store that tells when its catalog is read.</summary>
    private sealed class ReadWatch(Storage.IBudgetStore inner, Func<Task> beforeRead) : StoreDecorator(inner)
    {
        public override async ValueTask<Storage.CatalogChanges> ReadCatalogAsync(string? partition, string knownVersion)
        {
            await beforeRead();
            return await base.ReadCatalogAsync(partition, knownVersion);
        }
    }
}
