using StackExchange.Redis;

namespace BudgetFirewall.Benchmarks.Redis;

/// <summary>The limits that the load is put on, none of which ever refuses, and the requests.</summary>
internal sealed class LoadSetting(int budgets = 4, int users = 10_000)
{
    private const decimal Plenty = 1_000_000_000m;

    private readonly BudgetRequest[] _requests = [.. Enumerable.Range(0, users).Select(user => Request(user, budgets))];

    public BudgetRequest Request(int i) => _requests[i % _requests.Length];

    public int Users => _requests.Length;

    public IBudgetFirewall Firewall(IConnectionMultiplexer connection) => Builder().UseRedis(connection).Build();

    /// <summary>The limits, without a store.</summary>
    public BudgetFirewallBuilder Builder() => new BudgetFirewallBuilder()
        .Configure(options =>
        {
            foreach (var budget in Budgets().Take(budgets))
                options.Budgets.Add(budget);
            options.RateLimits.Add(new() { Scope = BudgetScope.Provider("openai"), Capacity = Plenty, RefillPerSecond = 1_000_000m });
            options.StoreTimeout = TimeSpan.FromSeconds(30);
        });

    /// <summary>A firewall with one budget for each user.</summary>
    public static IBudgetFirewall OneBudget(IConnectionMultiplexer connection) => new BudgetFirewallBuilder()
        .Configure(options =>
        {
            options.Budgets.Add(new() { Scope = BudgetScope.Each("user"), Limit = Plenty });
            options.StoreTimeout = TimeSpan.FromSeconds(30);
        })
        .UseRedis(connection)
        .Build();

    /// <summary>A pool whose members are the projects of the requests.</summary>
    public static QuotaPool Pool { get; } = new()
    {
        Id = "load",
        Limit = Plenty,
        Period = BudgetPeriod.Month,
        Members = [.. Enumerable.Range(0, 100).Select(project => new QuotaMember { Scope = BudgetScope.Project($"project-{project:00}") })],
    };

    private static IEnumerable<Budget> Budgets() =>
    [
        new() { Scope = BudgetScope.Each("user"), Limit = Plenty },
        new() { Scope = BudgetScope.Each("project"), Limit = Plenty },
        new() { Scope = BudgetScope.Provider("openai"), Limit = Plenty, Period = BudgetPeriod.Month },
        new() { Scope = BudgetScope.Global, Limit = Plenty, Period = BudgetPeriod.Month },
        .. Enumerable.Range(4, 12).Select(i => new Budget { Scope = BudgetScope.Each($"dimension-{i}"), Limit = Plenty }),
    ];

    private static BudgetRequest Request(int user, int budgets) => new()
    {
        Provider = "openai",
        UserId = $"user-{user:000000}",
        ProjectId = $"project-{user % 100:00}",
        Cost = 0.000_01m,
        Dimensions = budgets <= 4 ? null : Enumerable.Range(4, 12).ToDictionary(i => $"dimension-{i}", i => $"id-{i}"),
    };
}
