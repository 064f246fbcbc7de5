using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BudgetFirewall.Policy.Tests.Members;

/// <summary>Whatever a program can say of a limit, a configuration can say too. Requests and usages are never configured.</summary>
public sealed class ConfigurationMembersTests
{
    [Fact]
    public void Every_property_of_a_budget_can_be_configured()
    {
        Dictionary<string, string?> scheduled = new()
        {
            ["Id"] = "own", ["Scope"] = "user=alice", ["Limit"] = "5", ["Period"] = "Month", ["TimeZone"] = "Europe/Berlin", ["Schedule:0:Limit"] = "7", ["Unit"] = "record", ["Enforcement"] = "Throttle",
            ["Throttle:RatePerSecond"] = "2", ["Throttle:QueueLimit"] = "3", ["Throttle:MaxWait"] = "00:00:10", ["Throttle:Ceiling"] = "9",
            ["WarnAt:0"] = "0.5", ["IsActive"] = "false", ["Providers:0"] = "p", ["Models:0"] = "m", ["Operations:0"] = "o",
            ["Name"] = "Own", ["Dimensions:tier:0"] = "trial", ["CountsRequestsWithoutModel"] = "true", ["PriorityHeadroom:batch"] = "0.3",
        };
        Dictionary<string, string?> ruled = new() { ["Scope"] = "global", ["Limit"] = "5", ["LimitFromUsage:Periods"] = "14", ["LimitFromUsage:Floor"] = "1", ["LimitFromUsage:Ceiling"] = "50" };
        var usual = new Budget { Scope = BudgetScope.Global, Limit = 0 };

        SameIn(Configured("Budgets", scheduled).Budgets[0], usual).Intersect(SameIn(Configured("Budgets", ruled).Budgets[0], usual)).Should().Equal(nameof(Budget.PoolId));
        SameIn(Configured("Budgets", scheduled).Budgets[0].Throttle!, new BudgetThrottle { RatePerSecond = 1 }).Should().BeEmpty();
    }

    [Fact]
    public void Every_property_of_a_limit_from_usage_can_be_configured()
    {
        var usual = new LimitFromUsage { Periods = 1, Floor = 0m, Ceiling = 0m };
        var rule = Configured("Budgets", new()
        {
            ["Scope"] = "global", ["Limit"] = "5", ["LimitFromUsage:Periods"] = "14", ["LimitFromUsage:Percentile"] = "0.9", ["LimitFromUsage:Factor"] = "1.5", ["LimitFromUsage:Floor"] = "1", ["LimitFromUsage:Ceiling"] = "50",
        }).Budgets[0].LimitFromUsage;

        SameIn(rule!, usual).Should().BeEmpty();
    }

    [Fact]
    public void Every_property_of_a_rate_limit_can_be_configured()
    {
        Dictionary<string, string?> bucket = new()
        {
            ["Id"] = "own", ["Scope"] = "user=alice", ["Capacity"] = "5", ["RefillPerSecond"] = "2", ["Schedule:0:Capacity"] = "7", ["Adaptive:Floor"] = "1", ["Adaptive:GrowthPerSecond"] = "1", ["Unit"] = "record", ["Enforcement"] = "Shadow", ["IsActive"] = "false",
            ["Providers:0"] = "p", ["Models:0"] = "m", ["Operations:0"] = "o", ["Name"] = "Own", ["Dimensions:tier:0"] = "trial", ["CountsRequestsWithoutModel"] = "true", ["PriorityHeadroom:batch"] = "0.3",
        };
        Dictionary<string, string?> window = new() { ["Scope"] = "global", ["Algorithm"] = "FixedWindow", ["Limit"] = "5", ["Window"] = "00:01:00", ["Alignment"] = "FirstRequest" };
        Dictionary<string, string?> queue = new() { ["Scope"] = "global", ["Algorithm"] = "LeakyBucket", ["RatePerSecond"] = "5", ["QueueLimit"] = "7", ["MaxWait"] = "00:00:02" };
        var usual = new RateLimit { Scope = BudgetScope.Global };

        SameIn(Configured("RateLimits", bucket).RateLimits[0], usual).Intersect(SameIn(Configured("RateLimits", window).RateLimits[0], usual))
            .Intersect(SameIn(Configured("RateLimits", queue).RateLimits[0], usual)).Should().BeEmpty();
    }

    [Fact]
    public void Every_property_of_a_pool_and_its_members_can_be_configured()
    {
        var pool = Configured("Quotas", new()
        {
            ["Id"] = "own", ["Limit"] = "500", ["Unit"] = "record", ["Period"] = "Day", ["TimeZone"] = "Europe/Berlin", ["Strategy"] = "Dynamic", ["Dynamics:Floor"] = "0.2", ["Dynamics:Ceiling"] = "0.7", ["Dynamics:Smoothing"] = "0.9",
            ["Rollover:Fraction"] = "0.5", ["Rollover:Cap"] = "7", ["WarnAt:0"] = "0.5", ["Enforcement"] = "Soft", ["Providers:0"] = "p", ["Models:0"] = "m", ["Operations:0"] = "o",
            ["Members:0:Scope"] = "user=alice", ["Members:0:Weight"] = "2", ["Members:0:Minimum"] = "3", ["Members:0:Maximum"] = "400",
        }).Quotas[0];
        var tiered = Configured("Quotas", new() { ["Id"] = "own", ["Limit"] = "500", ["Strategy"] = "Priority", ["Members:0:Scope"] = "user=alice", ["Members:0:Priority"] = "2" }).Quotas[0];

        SameIn(pool, new QuotaPool { Id = "usual", Limit = 0, Members = [new() { Scope = BudgetScope.User("bob") }] }).Should().BeEmpty();
        SameIn(pool.Dynamics, new QuotaDynamics()).Should().BeEmpty();
        SameIn(pool.Rollover!, new QuotaRollover()).Should().BeEmpty();
        var usual = new QuotaMember { Scope = BudgetScope.User("bob") };
        SameIn(pool.Members[0], usual).Intersect(SameIn(tiered.Members[0], usual)).Should().BeEmpty();
    }

    private static BudgetFirewallOptions Configured(string list, Dictionary<string, string?> values)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values.Select(value => KeyValuePair.Create($"{list}:0:{value.Key}", value.Value))).Build();
        using var services = new ServiceCollection().AddBudgetFirewall(configuration).Services.BuildServiceProvider();
        return services.GetRequiredService<IOptions<BudgetFirewallOptions>>().Value;
    }

    /// <summary>The properties that are as they are without configuration.</summary>
    private static IEnumerable<string> SameIn<T>(T configured, T usual) => PublicProperties.Of(typeof(T))
        .Where(name => Text(typeof(T).GetProperty(name)!.GetValue(configured)) == Text(typeof(T).GetProperty(name)!.GetValue(usual)));

    private static string Text(object? value) => value is System.Collections.IEnumerable and not string
        ? string.Join(",", ((System.Collections.IEnumerable)value).Cast<object>())
        : value?.ToString() ?? "";
}
