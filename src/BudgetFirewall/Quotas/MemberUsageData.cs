using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>What one member of a pool has had and used in a period, as a ledger has it in JSON. Amounts are strings.</summary>
[JsonNumberHandling(JsonNumberHandling.WriteAsString | JsonNumberHandling.AllowReadingFromString)]
internal sealed class MemberUsageData
{
    public required string Scope { get; init; }

    public required decimal Allocated { get; init; }

    public required decimal Used { get; init; }

    public required decimal RolledOver { get; init; }

    public required decimal Lent { get; init; }

    public required decimal Borrowed { get; init; }

    public static MemberUsageData Of(QuotaMemberPeriod member) => new()
    {
        Scope = member.Scope.ToString(),
        Allocated = member.Allocated,
        Used = member.Used,
        RolledOver = member.RolledOver,
        Lent = member.Lent,
        Borrowed = member.Borrowed,
    };

    public QuotaMemberPeriod ToMember() => new()
    {
        Scope = BudgetScope.Parse(Scope),
        Allocated = Allocated,
        Used = Used,
        RolledOver = RolledOver,
        Lent = Lent,
        Borrowed = Borrowed,
    };
}
