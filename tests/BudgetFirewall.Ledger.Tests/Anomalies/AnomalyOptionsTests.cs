namespace BudgetFirewall.Ledger.Tests.Anomalies;

/// <summary>The ranges of the options and of what may be asked for, up to their ends.</summary>
public sealed class AnomalyOptionsTests
{
    [Fact]
    public void What_is_not_set_has_the_values_of_the_page() => new AnomalyOptions().Should().BeEquivalentTo(new
    {
        Kinds = new[] { "global", "provider", "project", "user", "model" },
        TimeZone = "UTC",
        Weeks = 8,
        Distance = 6m,
        Floor = 0.6m,
        MinimumAmount = 1m,
        EvaluateEvery = TimeSpan.FromMinutes(1),
        LookBack = TimeSpan.FromMinutes(5),
        CatchUpHours = 24,
        KeepFor = TimeSpan.FromDays(400),
        BurnRateFactor = 6m,
        BurnRateShare = 0.02m,
    });

    [Fact]
    public void The_least_and_the_most_of_each_range_are_taken()
    {
        var least = new AnomalyOptions
        {
            Kinds = ["a"], Weeks = 4, Distance = 2, Floor = 0.01m, MinimumAmount = 0.000000001m, EvaluateEvery = TimeSpan.FromSeconds(10), LookBack = TimeSpan.Zero, CatchUpHours = 1, KeepFor = TimeSpan.FromDays(1), BurnRateFactor = 1.5m,
            BurnRateShare = 0.0001m,
        };
        var most = new AnomalyOptions
        {
            Kinds = [.. Enumerable.Range(0, 16).Select(i => $"{i}")], Weeks = 8, Distance = 100, Floor = 10, MinimumAmount = 9_000_000_000m, EvaluateEvery = TimeSpan.FromHours(1), LookBack = TimeSpan.FromDays(1), CatchUpHours = 168,
            KeepFor = TimeSpan.FromDays(3_653), BurnRateFactor = 100, BurnRateShare = 1,
        };

        least.Should().BeEquivalentTo(new
        {
            Kinds = new[] { "a" },
            Weeks = 4,
            Distance = 2m,
            Floor = 0.01m,
            MinimumAmount = 0.000000001m,
            EvaluateEvery = TimeSpan.FromSeconds(10),
            LookBack = TimeSpan.Zero,
            CatchUpHours = 1,
            KeepFor = TimeSpan.FromDays(1),
            BurnRateFactor = 1.5m,
            BurnRateShare = 0.0001m,
        });
        most.Should().BeEquivalentTo(new
        {
            Weeks = 8,
            Distance = 100m,
            Floor = 10m,
            MinimumAmount = 9_000_000_000m,
            EvaluateEvery = TimeSpan.FromHours(1),
            LookBack = TimeSpan.FromDays(1),
            CatchUpHours = 168,
            KeepFor = TimeSpan.FromDays(3_653),
            BurnRateFactor = 100m,
            BurnRateShare = 1m,
        });
        most.Kinds.Should().HaveCount(16);
        new AnomalyOptions { BurnRateFactor = null }.BurnRateFactor.Should().BeNull();
        FluentActions.Invoking(() => new AnomalyOptions { Kinds = null! }).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => new AnomalyOptions { Kinds = [null!] }).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void A_query_asks_for_one_scope_a_kind_that_there_is_and_up_to_a_thousand()
    {
        new LedgerAnomalyQuery().Should().BeEquivalentTo(new { Limit = 100, Kind = (AnomalyKind?)null, Scope = (BudgetScope?)null });
        new LedgerAnomalyQuery { Limit = 1, Kind = AnomalyKind.BurnRate, Scope = BudgetScope.User("alice") }.Should().BeEquivalentTo(new { Limit = 1, Kind = AnomalyKind.BurnRate, Scope = BudgetScope.User("alice") });
        (new LedgerAnomalyQuery { Limit = 1_000, Kind = AnomalyKind.Spend, Scope = BudgetScope.Global } with { Kind = null, Scope = null }).Should().BeEquivalentTo(new { Limit = 1_000, Kind = (AnomalyKind?)null, Scope = (BudgetScope?)null });
        foreach (var wrong in new Func<LedgerAnomalyQuery>[] { () => new() { Limit = 0 }, () => new() { Limit = 1_001 }, () => new() { Kind = (AnomalyKind)2 } })
            wrong.Should().Throw<ArgumentOutOfRangeException>();
        foreach (var wrong in new Func<LedgerAnomalyQuery>[] { () => new() { Scope = BudgetScope.Each("user") }, () => new() { Scope = default(BudgetScope) } })
            wrong.Should().Throw<ArgumentException>().WithMessage("Scope must be that of one id.*");
    }
}
