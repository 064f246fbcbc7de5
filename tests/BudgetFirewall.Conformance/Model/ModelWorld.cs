namespace BudgetFirewall.Conformance;

/// <summary>The small world that random operations are about: few users and projects, so that they meet often.</summary>
internal static class ModelWorld
{
    public const string Provider = "finnhub";
    public const string Unit = "record";
    public const decimal PricePerUnit = 0.01m;
    public const decimal Nano = 0.000000001m;

    public static readonly TimeSpan DefaultLease = TimeSpan.FromMinutes(5);

    /// <summary>Longer than a sequence may last, so that no id given is forgotten within it.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(30);

    public static IReadOnlyList<string?> Users { get; } = [null, "alice", "bob"];

    public static IReadOnlyList<string?> Projects { get; } = [null, "red", "blue"];

    public static IReadOnlyList<BudgetScope> Scopes { get; } =
    [
        BudgetScope.Global, BudgetScope.Provider(Provider),
        BudgetScope.User("alice"), BudgetScope.User("bob"), BudgetScope.Project("red"), BudgetScope.Project("blue"),
    ];

    public static IReadOnlyList<Budget> Configured { get; } =
    [
        new() { Scope = BudgetScope.Each("user"), Limit = 10m, WarnAt = [0.5m, 0.8m] },
        new() { Scope = BudgetScope.Each("project"), Limit = 6m, Period = BudgetPeriod.Hour },
        new() { Scope = BudgetScope.Project("blue"), Limit = 12m, Period = BudgetPeriod.Month, Operations = ["quote"] },
        new() { Scope = BudgetScope.Global, Limit = 40m, Period = BudgetPeriod.Month, Enforcement = Enforcement.Soft, WarnAt = [0.25m, 0.5m, 1m] },
        new() { Scope = BudgetScope.Global, Limit = 90m, Period = BudgetPeriod.None, WarnAt = [] },
        new() { Scope = BudgetScope.Provider(Provider), Limit = 200m, Unit = Unit },
    ];

    public static IReadOnlyList<RateLimit> RateLimits { get; } =
    [
        new() { Scope = BudgetScope.Each("user"), Capacity = 8m, RefillPerSecond = 0.05m },
        new() { Scope = BudgetScope.Provider(Provider), Capacity = 60m, RefillPerSecond = 0.01m, Unit = Unit },
    ];

    /// <summary>Budgets that are set and removed while running: replacements, an own one, switched off ones, one that is refused, a new one.</summary>
    public static IReadOnlyList<Budget> Runtime { get; } =
    [
        new() { Scope = BudgetScope.Each("user"), Limit = 15m, WarnAt = [0.8m] },
        new() { Scope = BudgetScope.User("alice"), Limit = 4m },
        new() { Scope = BudgetScope.User("alice"), Limit = 4m, IsActive = false },
        new() { Scope = BudgetScope.Each("project"), Limit = 6m, Period = BudgetPeriod.Hour, IsActive = false },
        new() { Scope = BudgetScope.Each("user"), Limit = 1m, Id = "counts what another counts" },
        new() { Scope = BudgetScope.Global, Limit = 20m, Period = BudgetPeriod.Month, WarnAt = [0.9m] },
        new() { Scope = BudgetScope.Project("red"), Limit = 8m, Period = BudgetPeriod.Week },
    ];

    public static void Configure(BudgetFirewallOptions options)
    {
        options.Budgets.AddRange(Configured);
        options.RateLimits.AddRange(RateLimits);
        options.Pricing.Units[Unit] = PricePerUnit;
        options.ReservationLease = DefaultLease;
        options.OperationIdRetention = Retention;
    }
}
