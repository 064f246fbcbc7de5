using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests;

/// <summary>Names are data: whatever is in them, different limits have different ids and counters.</summary>
public sealed class DerivedIdTests
{
    private static readonly Budget EachUser = new() { Scope = BudgetScope.Each("user"), Limit = 1m };

    public static TheoryData<Budget, Budget> Pairs => new()
    {
        { EachUser with { Operations = ["a,b"] }, EachUser with { Operations = ["a", "b"] } },
        { EachUser with { Providers = ["p;models=m"] }, EachUser with { Providers = ["p"], Models = ["m"] } },
        { EachUser with { Unit = "record[models=m]" }, EachUser with { Unit = "record", Models = ["m"] } },
        { EachUser with { Operations = ["a%2Cb"] }, EachUser with { Operations = ["a,b"] } },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_separator_inside_a_name_separates_nothing(Budget one, Budget other)
    {
        one.Id.Should().NotBe(other.Id);
        new CounterRule(one).Name.Should().NotBe(new CounterRule(other).Name);
    }
}
