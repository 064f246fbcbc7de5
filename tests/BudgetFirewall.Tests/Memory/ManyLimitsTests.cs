using BudgetFirewall.Conformance;

namespace BudgetFirewall.Tests;

/// <summary>As many limits as a request may match, in whatever order their counters were made.</summary>
public sealed class ManyLimitsTests : StoreTests<MemoryHarness>
{
    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(31)]
    public async Task A_request_under_many_budgets_counts_in_each_of_them_once(int budgets)
    {
        var kinds = Enumerable.Range(0, budgets).Select(i => $"kind-{i:00}").ToArray();
        var firewall = Firewall(options =>
        {
            foreach (var kind in kinds)
                options.Budgets.Add(Limit(BudgetScope.Each(kind), 10m));
            options.MaxDimensions = kinds.Length;
            options.RateLimits.Add(Rate(AliceScope, capacity: 100, refillPerSecond: 1));
        });
        foreach (var kind in kinds.Reverse())
            await firewall.ChargeAsync(Of(1m, kind));

        (await firewall.TryCheckAsync(Of(9m, kinds))).IsAllowed.Should().BeTrue();
        (await firewall.TryCheckAsync(Of(9m + Nano, kinds))).IsAllowed.Should().BeFalse();
        var reservation = await firewall.ReserveAsync(Of(5m, kinds));
        foreach (var kind in kinds)
            await firewall.AssertStandsAtAsync(BudgetScope.Of(kind, "one"), spent: 1m, held: 5m);
        (await firewall.TryCheckAsync(Of(4m + Nano, kinds))).DeniedByBudgets.Select(state => state.Scope.Kind).Should().Equal(kinds);
        await reservation.CommitAsync(2m);

        foreach (var kind in kinds)
            await firewall.AssertStandsAtAsync(BudgetScope.Of(kind, "one"), spent: 3m);
        (await firewall.LevelAsync(AliceScope)).Should().Be(98m);
    }

    private static BudgetRequest Of(decimal cost, params string[] kinds) => Call(cost) with { Dimensions = kinds.ToDictionary(kind => kind, _ => "one") };
}
