using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Options;

namespace BudgetFirewall.Tests;

/// <summary>Pools of the configuration.</summary>
public sealed class ConfiguredQuotaTests
{
    private static readonly QuotaPool Pool = new()
    {
        Id = "teams",
        Limit = 30m,
        Period = BudgetPeriod.Day,
        Rollover = new(),
        Members = [new() { Scope = BudgetScope.Project("a") }, new() { Scope = BudgetScope.Project("b"), Weight = 2m }],
    };

    [Fact]
    public async Task Members_are_limited_from_the_first_request_on_and_the_pool_is_allocated_soon()
    {
        var clock = new ManualTimeProvider(new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero));
        await using var firewall = new BudgetFirewallBuilder().Configure(options => options.Quotas.Add(Pool)).UseTimeProvider(clock).Build();

        (await firewall.TrySpendAsync(Of("a", 11m))).Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
        (await firewall.TrySpendAsync(Of("b", 20m))).IsAllowed.Should().BeTrue();
        clock.Advance(TimeSpan.FromSeconds(2));

        (await Eventually.HoldsAsync(async () => await firewall.Quotas.GetAsync("teams") is not null)).Should().BeTrue();
        (await firewall.Quotas.GetAsync("teams"))!.Allocations.Select(share => share.Amount).Should().Equal(10m, 20m);
        (await firewall.TrySpendAsync(Of("b", 1m))).IsAllowed.Should().BeFalse();
    }

    [Fact]
    public async Task A_pool_that_cannot_be_changed_to_the_configured_one_does_not_hold_up_the_others()
    {
        var clock = new ManualTimeProvider(new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero));
        await using var store = new MemoryBudgetStore(clock);
        await using var before = new BudgetFirewallBuilder().UseTimeProvider(clock).UseStore(_ => new StoreDecorator(store)).Build();
        await before.Quotas.AllocateAsync(Pool with { Period = BudgetPeriod.Month });
        await using var firewall = new BudgetFirewallBuilder()
            .Configure(options => options.Quotas.Add(Pool))
            .Configure(options => options.Quotas.Add(Pool with { Id = "others", Members = [new() { Scope = BudgetScope.Project("c") }] }))
            .UseTimeProvider(clock).UseStore(_ => new StoreDecorator(store)).Build();

        clock.Advance(TimeSpan.FromSeconds(2));

        (await Eventually.HoldsAsync(async () => await before.Quotas.GetAsync("others") is not null)).Should().BeTrue();
        (await before.Quotas.GetAsync("teams"))!.Pool.Period.Should().Be(BudgetPeriod.Month);
    }

    [Fact]
    public void Pools_that_cannot_be_divided_or_count_what_another_budget_counts_are_errors_with_their_path()
    {
        Building(options => options.Quotas.Add(Pool with { Strategy = QuotaStrategy.Reserved, Members = [new() { Scope = BudgetScope.Project("a"), Minimum = 31m }] }))
            .Should().Throw<OptionsValidationException>().WithMessage("Quotas:0*minima of 31*");
        Building(options =>
        {
            options.Budgets.Add(new() { Scope = BudgetScope.Project("a"), Limit = 1m });
            options.Quotas.Add(Pool);
        }).Should().Throw<OptionsValidationException>().WithMessage("Quotas:0*counts the same thing as Budgets:0*");
        Building(options => options.Quotas.Add(null!)).Should().Throw<OptionsValidationException>().WithMessage("Quotas:0 is null*");
        Building(options =>
        {
            options.PartitionBy = "tenant";
            options.Quotas.Add(Pool);
        }).Should().Throw<OptionsValidationException>().WithMessage("Quotas:0 must not be configured where PartitionBy is set*");
        Building(options => options.Budgets.Add(new() { Scope = BudgetScope.Project("a"), Limit = 1m, PoolId = "teams" })).Should().Throw<OptionsValidationException>().WithMessage("Budgets:0*PoolId*");
        Building(options => options.QuotaHistory = TimeSpan.FromHours(1)).Should().Throw<OptionsValidationException>().WithMessage("*QuotaHistory must be from 1 to 3,660 days*");
        Building(options => options.QuotaReallocation = TimeSpan.FromMilliseconds(1)).Should().Throw<OptionsValidationException>().WithMessage("*QuotaReallocation must be 0 or from 1 second to 1 day*");
    }

    [Fact]
    public async Task A_refused_member_borrows_by_itself_and_no_more_often_than_allowed()
    {
        var clock = new ManualTimeProvider(new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero));
        await using var firewall = new BudgetFirewallBuilder().UseTimeProvider(clock).Build();
        await firewall.Quotas.AllocateAsync(Pool with { Strategy = QuotaStrategy.Reserved, Members = [new() { Scope = BudgetScope.Project("a"), Minimum = 5m }, new() { Scope = BudgetScope.Project("b"), Minimum = 5m }] });
        clock.Advance(TimeSpan.FromSeconds(2));
        await firewall.SpendAsync(Of("a", 15m));

        // The first look at the pool, which tells that its members borrow, may still be on its way.
        (await Eventually.HoldsAsync(async () =>
        {
            clock.Advance(TimeSpan.FromSeconds(11));
            return (await firewall.TrySpendAsync(Of("a", 1m))).IsAllowed;
        })).Should().BeTrue();

        (await firewall.Quotas.GetAsync("teams"))!.Allocations.Select(share => share.Amount).Should().Equal(25m, 5m);
    }

    private static BudgetRequest Of(string team, decimal cost) => new() { Provider = "openai", ProjectId = team, Cost = cost };

    private static Action Building(Action<BudgetFirewallOptions> configure) => () => new BudgetFirewallBuilder().Configure(configure).Build();
}
