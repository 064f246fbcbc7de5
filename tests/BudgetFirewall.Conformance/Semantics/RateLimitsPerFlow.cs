namespace BudgetFirewall.Conformance;

/// <summary>What each flow takes from rate limits by permits.</summary>
public abstract class RateLimitsPerFlow<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Theory]
    [InlineData(OperationKind.Check, 7)]
    [InlineData(OperationKind.Reserve, 7)]
    [InlineData(OperationKind.Spend, 7)]
    [InlineData(OperationKind.Charge, 10)]
    public async Task Check_reserve_and_spend_take_their_permits_and_charge_takes_none(OperationKind kind, int left)
    {
        var firewall = Limited(Rate(AliceScope, capacity: 10));

        await firewall.DoAsync(kind, Call(1m) with { Permits = 3 });

        (await firewall.LevelAsync(AliceScope)).Should().Be(left);
    }

    [Fact]
    public async Task Commit_and_release_neither_take_permits_nor_give_any_back()
    {
        var firewall = Limited(Rate(AliceScope, capacity: 10));
        var committed = await firewall.ReserveAsync(Call(1m) with { Permits = 3 });
        var released = await firewall.ReserveAsync(Call(1m) with { Permits = 4 });

        await committed.CommitAsync(1m);
        await released.ReleaseAsync();

        (await firewall.LevelAsync(AliceScope)).Should().Be(3m);
    }

    [Fact]
    public async Task A_lease_that_ends_gives_no_permits_back()
    {
        var firewall = Limited(Rate(AliceScope, capacity: 10));
        await firewall.ReserveAsync(Call(1m) with { Permits = 3 });

        await Harness.AdvanceAsync(TimeSpan.FromHours(2));

        (await firewall.LevelAsync(AliceScope)).Should().Be(7m);
    }

    [Fact]
    public async Task Too_few_tokens_deny_as_rate_limited_and_take_none()
    {
        var firewall = Limited(Rate(AliceScope, capacity: 2));

        var decision = await firewall.TrySpendAsync(Call(1m) with { Permits = 3 });

        (decision.Outcome, decision.RetryAfter).Should().Be(((DecisionOutcome, TimeSpan?))(DecisionOutcome.RateLimited, null));
        decision.DeniedByRateLimits.Should().ContainSingle().Which.Level.Should().Be(2m);
        decision.DeniedByBudgets.Should().BeEmpty();
        await FluentActions.Awaiting(async () => await firewall.CheckAsync(Call(1m) with { Permits = 3 })).Should().ThrowExactlyAsync<RateLimitExceededException>();
        (await firewall.LevelAsync(AliceScope)).Should().Be(2m);
    }

    [Fact]
    public async Task No_permits_take_nothing_and_are_admitted_by_an_empty_bucket()
    {
        var firewall = Limited(Rate(AliceScope, capacity: 2));
        await firewall.CheckAsync(Call(0m) with { Permits = 2 });

        var decision = await firewall.CheckAsync(Call(0m) with { Permits = 0 });

        decision.RateLimits.Should().ContainSingle().Which.Level.Should().Be(0m);
    }

    [Fact]
    public async Task The_wait_is_exact_and_after_it_the_request_is_admitted()
    {
        var firewall = Limited(Rate(AliceScope, capacity: 10, refillPerSecond: 0.01m));
        await firewall.SpendAsync(Call(0m) with { Permits = 10 });

        var decision = await firewall.TrySpendAsync(Call(0m) with { Permits = 3 });

        AssertWait(TimeSpan.FromSeconds(300), decision.RetryAfter);
        decision.DeniedByRateLimits.Should().ContainSingle().Which.RetryAfter.Should().Be(decision.RetryAfter);
        await Harness.AdvanceAsync(decision.RetryAfter!.Value - Harness.Margin);
        (await firewall.TrySpendAsync(Call(0m) with { Permits = 3 })).IsAllowed.Should().BeFalse();
        await Harness.AdvanceAsync(Harness.Margin);
        (await firewall.TrySpendAsync(Call(0m) with { Permits = 3 })).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task A_bucket_refills_continuously_and_never_above_its_capacity()
    {
        var firewall = Limited(Rate(AliceScope, capacity: 10, refillPerSecond: 0.01m));
        await firewall.SpendAsync(Call(0m) with { Permits = 10 });

        await Harness.AdvanceAsync(TimeSpan.FromSeconds(150));
        (await firewall.LevelAsync(AliceScope)).Should().BeInRange(1.5m, 1.5m + TimeToTokens(0.01m));
        await Harness.AdvanceAsync(TimeSpan.FromDays(400));
        (await firewall.LevelAsync(AliceScope)).Should().Be(10m);
    }

    [Fact]
    public async Task Concurrent_requests_take_exactly_what_is_in_the_bucket()
    {
        var calls = Harness.Scaled(2_000);
        var firewall = Limited(Rate(AliceScope, capacity: calls / 8));

        var decisions = await Together.DoAsync(calls, threads: 8, i => firewall.TryCheckAsync(Call(0m)));

        decisions.Count(decision => decision.IsAllowed).Should().Be(calls / 8);
        (await firewall.LevelAsync(AliceScope)).Should().Be(0m);
    }

    [Fact]
    public async Task Each_user_has_a_bucket_and_one_with_a_limit_of_their_own_only_that()
    {
        var firewall = Limited(Rate(BudgetScope.Each("user"), capacity: 5), Rate(AliceScope, capacity: 2));

        (await firewall.CheckAsync(Call(0m))).RateLimits.Should().ContainSingle().Which.Level.Should().Be(1m);
        (await firewall.CheckAsync(Call(0m, "bob"))).RateLimits.Should().ContainSingle().Which.Level.Should().Be(4m);
        (await firewall.CheckAsync(Call(0m, "carol"))).RateLimits.Should().ContainSingle().Which.Level.Should().Be(4m);
    }

    [Fact]
    public async Task All_limits_that_match_are_taken_from_in_a_fixed_order()
    {
        var burst = Rate(AliceScope, capacity: 5) with { Id = "burst" };
        var hour = Rate(AliceScope, capacity: 100) with { Id = "hour" };
        var firewall = Limited(hour, Rate(BudgetScope.Global, capacity: 50), burst, Rate(ProviderScope, capacity: 30));

        var first = await firewall.CheckAsync(Call(0m) with { Permits = 2 });
        var second = await firewall.CheckAsync(Call(0m) with { Permits = 2 });

        first.RateLimits.Select(state => state.Level).Order().Should().Equal(3m, 28m, 48m, 98m);
        second.RateLimits.Select(state => state.RateLimitId).Should().Equal(first.RateLimits.Select(state => state.RateLimitId));
    }

    [Fact]
    public async Task A_filtered_limit_takes_only_from_the_requests_it_is_about()
    {
        var firewall = Limited(Rate(BudgetScope.Global, capacity: 5) with { Operations = ["quote"] });

        (await firewall.CheckAsync(Call(0m))).RateLimits.Should().BeEmpty();
        (await firewall.CheckAsync(Call(0m) with { Operation = "quote" })).RateLimits.Should().ContainSingle().Which.Level.Should().Be(4m);
    }

    private IBudgetFirewall Limited(params RateLimit[] limits) => Firewall(options => options.RateLimits.AddRange(limits));

    private decimal TimeToTokens(decimal refillPerSecond) => (decimal)Harness.TimeTolerance.TotalSeconds * refillPerSecond;
}
