namespace BudgetFirewall.Conformance;

/// <summary>Words that the tests share: requests, limits and usages in short.</summary>
public abstract class ConformanceTests
{
    /// <summary>The smallest step of money.</summary>
    protected const decimal Nano = 0.000000001m;

    protected const string Alice = "alice";
    protected const string Search = "search";
    protected const string Provider = "finnhub";
    protected const string Record = "record";

    private protected ConformanceTests()
    {
    }

    protected static BudgetScope AliceScope { get; } = BudgetScope.User(Alice);

    protected static BudgetScope SearchScope { get; } = BudgetScope.Project(Search);

    protected static BudgetScope ProviderScope { get; } = BudgetScope.Provider(Provider);

    /// <summary>Alice's request of a known cost.</summary>
    protected static BudgetRequest Call(decimal? cost = null, string? user = Alice, string? project = null, string? id = null) =>
        new() { Provider = Provider, Cost = cost, UserId = user, ProjectId = project, OperationId = id };

    /// <summary>A hard limit of money, or of a unit.</summary>
    protected static Budget Limit(BudgetScope scope, decimal limit, BudgetPeriod? period = null, string? unit = null) =>
        new() { Scope = scope, Limit = limit, Period = period ?? BudgetPeriod.Day, Unit = unit };

    protected static Budget AliceLimit(decimal limit, BudgetPeriod? period = null) => Limit(AliceScope, limit, period);

    protected static BudgetUsage Records(decimal count) => new() { Units = new Dictionary<string, decimal> { [Record] = count } };

    protected static RateLimit Rate(BudgetScope scope, decimal capacity, decimal refillPerSecond = 0, string? unit = null) =>
        new() { Scope = scope, Capacity = capacity, RefillPerSecond = refillPerSecond, Unit = unit };

    /// <summary>The latest moment by which a hold that was abandoned must be given back.</summary>
    protected static DateTimeOffset ReleasedBy(DateTimeOffset takenAt, TimeSpan lease) =>
        takenAt + (lease * 1.125) + TimeSpan.FromSeconds(1);
}
