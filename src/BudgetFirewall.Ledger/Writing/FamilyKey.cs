namespace BudgetFirewall.Storage;

/// <summary>A family of counters, by the name of which keys compare.</summary>
/// <param name="Name">The name.</param>
/// <param name="Kind">The id of the kind of its scopes.</param>
/// <param name="Unit">What its counters count; null for money.</param>
internal readonly record struct FamilyKey(string Name, long Kind, string? Unit)
{
    public bool Equals(FamilyKey other) => Name == other.Name;

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}
