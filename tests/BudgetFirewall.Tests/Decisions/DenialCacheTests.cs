using BudgetFirewall.Conformance;
using BudgetFirewall.Tests.Configuration;

namespace BudgetFirewall.Tests;

/// <summary>Denials that a process remembers, and the clock.</summary>
public sealed class DenialCacheTests : StoreTests<MemoryHarness>
{
    [Fact]
    public async Task A_denial_ends_with_the_period_however_long_it_may_be_remembered()
    {
        var firewall = Remembering(TimeSpan.FromMinutes(1), AliceLimit(1m, BudgetPeriod.Hour));
        await firewall.SpendAsync(Call(1m));
        await Harness.MoveToAsync(new(2026, 3, 4, 9, 59, 30, TimeSpan.Zero));
        (await firewall.TrySpendAsync(Call(1m))).IsFromCache.Should().BeFalse();
        await Harness.MoveToAsync(new(2026, 3, 4, 9, 59, 59, 999, TimeSpan.Zero));

        var last = await firewall.TrySpendAsync(Call(1m));
        await Harness.AdvanceAsync(TimeSpan.FromMilliseconds(1));

        (last.IsFromCache, last.RetryAfter).Should().Be((true, TimeSpan.FromMilliseconds(1)));
        (await firewall.TrySpendAsync(Call(1m))).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task The_wait_of_a_remembered_denial_is_by_the_clock()
    {
        var firewall = Remembering(TimeSpan.FromMinutes(1), AliceLimit(1m), AliceLimit(1m, BudgetPeriod.Hour), AliceLimit(0.5m, BudgetPeriod.Month) with { Enforcement = Enforcement.Shadow });
        await firewall.SpendAsync(Call(1m));
        await firewall.TrySpendAsync(Call(1m));
        await Harness.AdvanceAsync(TimeSpan.FromSeconds(40));

        var denied = await firewall.TrySpendAsync(Call(1m));

        denied.IsFromCache.Should().BeTrue();
        denied.RetryAfter.Should().Be(Calendar.NextMidnight(Harness.Now) - Harness.Now);
        denied.Budgets.Should().AllSatisfy(state => state.AsOf.Should().Be(Harness.Now));
        denied.Limits.Single(limit => limit.Id == AliceLimit(1m, BudgetPeriod.Hour).Id).Wait.Should().Be(Calendar.NextHour(Harness.Now) - Harness.Now);
        denied.WouldBeDeniedBy.Should().ContainSingle();
        (await firewall.TrySpendAsync(Call(2m))).RetryAfter.Should().BeNull();
    }

    [Fact]
    public async Task A_rate_limit_that_refused_too_waits_for_the_rest_of_its_time()
    {
        var firewall = Harness.CreateFirewall(options =>
        {
            options.DenialCache = TimeSpan.FromMinutes(1);
            options.Budgets.Add(AliceLimit(1m));
            options.RateLimits.Add(Rate(AliceScope, capacity: 1, refillPerSecond: 0.02m));
        });
        await firewall.SpendAsync(Call(1m));
        var first = await firewall.TrySpendAsync(Call(1m));
        await Harness.AdvanceAsync(TimeSpan.FromSeconds(20));
        var second = await firewall.TrySpendAsync(Call(1m));
        await Harness.AdvanceAsync(TimeSpan.FromSeconds(30));
        var third = await firewall.TrySpendAsync(Call(1m));

        first.DeniedByRateLimits.Should().ContainSingle().Which.RetryAfter.Should().Be(TimeSpan.FromSeconds(50));
        (second.IsFromCache, third.IsFromCache).Should().Be((true, true));
        second.DeniedByRateLimits.Should().ContainSingle().Which.RetryAfter.Should().Be(TimeSpan.FromSeconds(30));
        third.DeniedByRateLimits.Should().BeEmpty();
    }

    [Fact]
    public async Task Of_many_scopes_only_the_last_are_remembered()
    {
        CountingStore? store = null;
        var firewall = Harness.CreateFirewallOn(inner => store = new(inner), options =>
        {
            options.DenialCache = TimeSpan.FromMinutes(1);
            options.Budgets.Add(Limit(BudgetScope.Each("user"), 0m));
        });
        for (var i = 0; i <= 10_000; i++)
            await firewall.TrySpendAsync(Call(1m, $"user-{i}"));
        var before = store!.Decisions;

        (await firewall.TrySpendAsync(Call(1m, "user-10000"))).IsFromCache.Should().BeTrue();
        (await firewall.TrySpendAsync(Call(1m, "user-0"))).IsFromCache.Should().BeFalse();

        store.Decisions.Should().Be(before + 1);
    }

    [Fact]
    public async Task Concurrent_calls_are_never_allowed_beyond_the_limit_and_what_is_given_back_is_given_out_again()
    {
        var firewall = Remembering(TimeSpan.FromMinutes(1), AliceLimit(50m));

        await Together.DoAsync(20_000, threads: 8, async i =>
        {
            var reservation = await firewall.TryReserveAsync(Call(1m));
            if (!reservation.IsGranted)
                return;
            reservation.Decision.Budgets[0].Held.Should().BeLessThanOrEqualTo(50m);
            await reservation.ReleaseAsync();
        });

        for (var i = 0; i < 50; i++)
            (await firewall.TryReserveAsync(Call(1m))).IsGranted.Should().BeTrue();
        (await firewall.TryReserveAsync(Call(1m))).IsGranted.Should().BeFalse();
    }

    [Theory]
    [InlineData("-00:00:00.001")]
    [InlineData("00:01:00.001")]
    public void A_time_outside_the_range_is_an_error(string time) =>
        Configured.Errors($$"""{ "DenialCache": "{{time}}" }""").Should().Equal($"BudgetFirewall:DenialCache must be from 0 to 1 minute but is '{time}'");

    [Fact]
    public void The_time_is_read_from_configuration()
    {
        Configured.Options("""{ "DenialCache": "00:00:01" }""").DenialCache.Should().Be(TimeSpan.FromSeconds(1));
        Configured.Errors(options => options.DenialCache = TimeSpan.FromHours(1)).Should().Equal("DenialCache must be from 0 to 1 minute but is '01:00:00'");
    }

    private IBudgetFirewall Remembering(TimeSpan time, params Budget[] budgets) => Harness.CreateFirewall(options =>
    {
        options.DenialCache = time;
        options.Budgets.AddRange(budgets);
    });
}
