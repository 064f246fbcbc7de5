using System.Reflection;

namespace BudgetFirewall.Tests.Requests;

/// <summary>Every property of a usage is content: a new one is covered without being named here.</summary>
public sealed class UsageContentTests
{
    private static readonly BudgetUsage Usage = new() { InputTokens = 1_000, OutputTokens = 1_000 };

    public static TheoryData<string> Properties { get; } = [.. typeof(BudgetUsage).GetProperties().Select(property => property.Name)];

    [Theory]
    [MemberData(nameof(Properties))]
    public void Usages_that_differ_in_one_property_are_not_equal(string property)
    {
        With(property).Should().NotBe(Usage);
        With(property).Should().Be(With(property));
        With(property).GetHashCode().Should().Be(With(property).GetHashCode());
        With(property).GetHashCode().Should().NotBe(Usage.GetHashCode());
    }

    [Theory]
    [MemberData(nameof(Properties))]
    public async Task Repeating_an_operation_with_another_usage_is_a_conflict(string property)
    {
        await using var firewall = new BudgetFirewallBuilder().Build();
        var request = new BudgetRequest { Provider = "openai", Cost = 1, OperationId = "once", Usage = Usage };
        await firewall.ChargeAsync(request);

        (await firewall.ChargeAsync(request)).IsReplay.Should().BeTrue();
        await FluentActions.Awaiting(() => firewall.ChargeAsync(request with { Usage = With(property) }).AsTask()).Should().ThrowExactlyAsync<OperationConflictException>();
    }

    private static BudgetUsage With(string name)
    {
        var property = typeof(BudgetUsage).GetProperty(name)!;
        var usage = Usage with { };
        object value = property.PropertyType == typeof(string) ? "batch"
            : property.PropertyType == typeof(IReadOnlyDictionary<string, decimal>) ? new Dictionary<string, decimal> { ["record"] = 1 }
            : 7L;
        property.GetSetMethod()!.Invoke(usage, BindingFlags.Default, binder: null, [value], culture: null);
        return usage;
    }
}
