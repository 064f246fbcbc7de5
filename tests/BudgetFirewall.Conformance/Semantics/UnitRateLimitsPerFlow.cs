namespace BudgetFirewall.Conformance;

/// <summary>What each flow takes from rate limits by a usage unit.</summary>
public abstract class UnitRateLimitsPerFlow<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Theory]
    [InlineData(OperationKind.Check, 100)]
    [InlineData(OperationKind.Reserve, 70)]
    [InlineData(OperationKind.Spend, 70)]
    [InlineData(OperationKind.Charge, 70)]
    public async Task Reserve_spend_and_charge_take_the_units_and_check_takes_none(OperationKind kind, int left)
    {
        var firewall = Limited();

        await firewall.DoAsync(kind, Of(30));

        (await firewall.LevelAsync(AliceScope)).Should().Be(left);
    }

    [Theory]
    [InlineData(OperationKind.Check)]
    [InlineData(OperationKind.Reserve)]
    [InlineData(OperationKind.Spend)]
    public async Task Check_reserve_and_spend_require_the_expected_units_to_be_there(OperationKind kind)
    {
        var firewall = Limited();
        await firewall.ChargeAsync(Of(80));

        (await firewall.DoAsync(kind, Of(20.000001m))).Outcome.Should().Be(DecisionOutcome.RateLimited);
        (await firewall.LevelAsync(AliceScope)).Should().Be(20m);
        (await firewall.DoAsync(kind, Of(20m))).Outcome.Should().Be(DecisionOutcome.Allowed);
    }

    [Fact]
    public async Task A_charge_takes_the_actual_units_below_zero_if_need_be()
    {
        var firewall = Limited();

        await firewall.ChargeAsync(Of(130));

        (await firewall.LevelAsync(AliceScope)).Should().Be(-30m);
        (await firewall.GetStatusAsync(AliceScope)).RateLimits.Should().ContainSingle().Which.Remaining.Should().Be(0m);
        (await firewall.TryCheckAsync(Of(0.000001m))).IsAllowed.Should().BeFalse();
        (await firewall.TryCheckAsync(Of(0m))).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task A_commit_of_less_gives_the_difference_back()
    {
        var firewall = Limited();
        var reservation = await firewall.ReserveAsync(Of(40));

        await reservation.CommitAsync(Records(15));

        (await firewall.LevelAsync(AliceScope)).Should().Be(85m);
    }

    [Fact]
    public async Task A_commit_of_more_takes_the_difference_below_zero_if_need_be()
    {
        var firewall = Limited();
        var reservation = await firewall.ReserveAsync(Of(90));

        await firewall.CommitAsync(reservation.Id, Records(125));

        (await firewall.LevelAsync(AliceScope)).Should().Be(-25m);
    }

    [Fact]
    public async Task A_commit_of_an_amount_of_money_leaves_the_units_as_they_were_reserved()
    {
        var firewall = Limited();
        var first = await firewall.ReserveAsync(Of(40));
        var second = await firewall.ReserveAsync(Of(40));

        await first.CommitAsync(0.5m);
        await second.CommitAsync();

        (await firewall.LevelAsync(AliceScope)).Should().Be(20m);
    }

    [Theory]
    [InlineData(15, 10)]
    [InlineData(40, 4)]
    [InlineData(15, 4)]
    public async Task A_commit_settles_each_bucket_by_its_own_unit(int records, int pages)
    {
        var firewall = Firewall(options => options.RateLimits.AddRange(
            [Rate(AliceScope, capacity: 100, unit: Record), Rate(AliceScope, capacity: 100, unit: "page"), Rate(AliceScope, capacity: 10)]));
        var reservation = await firewall.ReserveAsync(Call(0m) with { Usage = Counted(40, 10), Permits = 3 });

        await reservation.CommitAsync(Counted(records, pages));

        var levels = (await firewall.GetStatusAsync(AliceScope)).RateLimits.ToDictionary(state => state.Unit ?? "permit", state => state.Level);
        (levels[Record], levels["page"], levels["permit"]).Should().Be((100m - records, 100m - pages, 7m));
    }

    [Fact]
    public async Task A_repeated_commit_settles_the_difference_once()
    {
        var firewall = Limited();
        var reservation = await firewall.ReserveAsync(Of(40));

        await reservation.CommitAsync(Records(15));
        await reservation.CommitAsync(Records(15));

        (await firewall.LevelAsync(AliceScope)).Should().Be(85m);
    }

    [Fact]
    public async Task What_is_given_back_never_fills_a_bucket_above_its_capacity()
    {
        var firewall = Limited(refillPerSecond: 1m);
        var reservation = await firewall.ReserveAsync(Of(40));
        await Harness.AdvanceAsync(TimeSpan.FromSeconds(30));

        await reservation.CommitAsync(Records(0));

        (await firewall.LevelAsync(AliceScope)).Should().Be(100m);
    }

    [Fact]
    public async Task A_release_gives_nothing_back_for_the_call_may_have_been_made()
    {
        var firewall = Limited();
        var released = await firewall.ReserveAsync(Of(40));
        var disposed = await firewall.ReserveAsync(Of(10));

        await released.ReleaseAsync();
        await disposed.DisposeAsync();

        (await firewall.LevelAsync(AliceScope)).Should().Be(50m);
    }

    [Fact]
    public async Task Permits_do_not_touch_a_bucket_of_units_and_units_not_a_bucket_of_permits()
    {
        var firewall = Firewall(options => options.RateLimits.AddRange([Rate(AliceScope, capacity: 100, unit: Record), Rate(AliceScope, capacity: 10)]));

        var decision = await firewall.SpendAsync(Of(30) with { Permits = 4 });

        decision.RateLimits.Single(state => state.Unit == Record).Level.Should().Be(70m);
        decision.RateLimits.Single(state => state.Unit is null).Level.Should().Be(6m);
    }

    [Fact]
    public async Task A_bucket_below_zero_is_waited_for_until_it_has_what_is_expected()
    {
        var firewall = Limited(refillPerSecond: 0.1m);
        await firewall.ChargeAsync(Of(150));

        AssertWait(TimeSpan.FromSeconds(600), (await firewall.TryCheckAsync(Of(10))).RetryAfter);
        await Harness.AdvanceAsync(TimeSpan.FromSeconds(600));
        (await firewall.TryCheckAsync(Of(10))).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task A_rate_limit_on_requests_takes_one_for_each()
    {
        var firewall = Firewall(options => options.RateLimits.Add(Rate(AliceScope, capacity: 2, unit: "request")));

        await firewall.SpendAsync(Call(0m));
        await firewall.ChargeAsync(Call(0m) with { Usage = Records(30) });

        (await firewall.LevelAsync(AliceScope)).Should().Be(0m);
        (await firewall.TryCheckAsync(Call(0m))).IsAllowed.Should().BeFalse();
    }

    [Theory]
    [InlineData(OperationKind.Check)]
    [InlineData(OperationKind.Reserve)]
    [InlineData(OperationKind.Spend)]
    public async Task A_usage_that_is_not_known_needs_something_to_be_left(OperationKind kind)
    {
        var firewall = Limited();
        (await firewall.DoAsync(kind, Call(0m))).Outcome.Should().Be(DecisionOutcome.Allowed);
        await firewall.ChargeAsync(Of(100));

        (await firewall.DoAsync(kind, Call(0m))).Outcome.Should().Be(DecisionOutcome.RateLimited);
        await firewall.ChargeAsync(Call(0m));
        (await firewall.LevelAsync(AliceScope)).Should().Be(0m);
    }

    [Fact]
    public async Task A_usage_without_the_unit_is_none_of_the_limits_business()
    {
        var firewall = Limited();
        await firewall.ChargeAsync(Of(100));

        var decision = await firewall.SpendAsync(Call(0m) with { Usage = new() { Units = new Dictionary<string, decimal> { ["page"] = 3 } } });

        decision.RateLimits.Should().BeEmpty();
    }

    private static BudgetRequest Of(decimal records) => Call(0m) with { Usage = Records(records) };

    private static BudgetUsage Counted(decimal records, decimal pages) => new() { Units = new Dictionary<string, decimal> { [Record] = records, ["page"] = pages } };

    private IBudgetFirewall Limited(decimal refillPerSecond = 0) => Firewall(options =>
        options.RateLimits.Add(Rate(AliceScope, capacity: 100, refillPerSecond, Record)));
}
