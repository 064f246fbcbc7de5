namespace BudgetFirewall;

/// <summary>Checks what an allocation is asked with. Messages name the member and the value.</summary>
internal static class AllocationCheck
{
    private const decimal MaxAmount = 9_000_000_000m;
    private const decimal MaxWeight = 9_000_000_000_000m;
    // One below all of which are none would have no digit among the whole numbers that an amount is divided by.
    public const decimal LeastWeight = 0.0000000000000000001m;

    private const int LatestYear = 2199;

    /// <summary>What belongs together.</summary>
    /// <exception cref="ArgumentException">A member does not go with another, or the system knows no such time zone.</exception>
    public static void Whole(CostAllocation allocation)
    {
        if (allocation.From >= allocation.To)
            throw new ArgumentException($"To ({allocation.To:O}) must be after From ({allocation.From:O}).", nameof(allocation.To));
        if (allocation.Each is null == (allocation.Targets.Count == 0))
            throw new ArgumentException("Either Each or Targets says who gets a part, and one of them must.", nameof(allocation.Targets));
        if (allocation.Method == AllocationMethod.ByUsage == (allocation.Unit is null))
        {
            throw new ArgumentException(
                $"Unit goes with the method {nameof(AllocationMethod.ByUsage)}, which needs it; the method is {allocation.Method} and Unit '{DisplayText.Escape(allocation.Unit)}'.", nameof(allocation.Unit));
        }
        CheckWeights(allocation);
        if (TargetKinds(allocation).FirstOrDefault(allocation.Scopes.ContainsKey) is { } both)
            throw new ArgumentException(DisplayText.Escape($"Scopes has the kind '{both}', which the scopes that get a part have."), nameof(allocation.Scopes));
        if (allocation.Scopes.ContainsKey(LedgerScopes.Operation))
            throw new ArgumentException("Scopes cannot have 'operation': an allocation is no call.", nameof(allocation.Scopes));
        CheckParts(allocation, Math.Max(allocation.Targets.Count, 1), AllocationDays.Of(allocation).Count, nameof(allocation.To));
    }

    /// <summary>The entries that it would make.</summary>
    /// <exception cref="ArgumentException">They are too many.</exception>
    public static void CheckParts(CostAllocation allocation, int scopes, int days, string member)
    {
        if ((long)scopes * days > CostAllocation.MaxParts)
        {
            throw new ArgumentException(
                DisplayText.Escape(
                    $"The allocation '{allocation.Id}' would make {(long)scopes * days:N0} entries ({scopes:N0} scopes, {days:N0} days); at most {CostAllocation.MaxParts:N0} are allowed. "
                    + "Allocate less time at once, or do not amortise."),
                member);
        }
    }

    public static string Text(string value, string member)
    {
        ArgumentNullException.ThrowIfNull(value, member);
        return BudgetScope.IsValidId(value) ? value : throw new ArgumentException($"{member} must have 1 to 256 characters of well-formed UTF-16; it has {value.Length}.", member);
    }

    public static string? OptionalText(string? value, string member) => value is null ? null : Text(value, member);

    public static decimal Amount(decimal value, string member)
    {
        if (value is <= 0 or > MaxAmount)
            throw new ArgumentOutOfRangeException(member, value, $"{member} must be above 0, up to 9,000,000,000.");
        var nanos = value * LedgerEntry.NanosPerUnit;
        return nanos == decimal.Truncate(nanos) ? value : throw new ArgumentOutOfRangeException(member, value, $"{member} must be a multiple of 0.000000001.");
    }

    public static DateTimeOffset Time(DateTimeOffset value, string member) => value >= DateTimeOffset.UnixEpoch && value.UtcDateTime.Year <= LatestYear
        ? LedgerTime.Truncate(value)
        : throw new ArgumentOutOfRangeException(member, value, $"{member} must be from 1970 to {LatestYear}.");

    public static string Kind(string value, string member)
    {
        Text(value, member);
        if (value.Contains('=', StringComparison.Ordinal))
            throw new ArgumentException(DisplayText.Escape($"{member} must not have an equals sign: '{value}'."), member);
        return value is LedgerScopes.Global or LedgerScopes.Operation ? throw new ArgumentException($"{member} cannot be '{value}': a part belongs to somebody or something that has used.", member) : value;
    }

    public static IReadOnlyDictionary<string, string> Scopes(IReadOnlyDictionary<string, string> value, string member)
    {
        ArgumentNullException.ThrowIfNull(value, member);
        return value.Count <= CostAllocation.MaxDimensions
            ? LedgerScopes.Checked(value, member)
            : throw new ArgumentException($"{member} has {value.Count:N0} scopes; at most {CostAllocation.MaxDimensions} are allowed.", member);
    }

    public static IReadOnlyList<AllocationTarget> Targets(IReadOnlyList<AllocationTarget> value, string member)
    {
        ArgumentNullException.ThrowIfNull(value, member);
        if (value.Count > CostAllocation.MaxParts)
            throw new ArgumentException($"{member} has {value.Count:N0} scopes; at most {CostAllocation.MaxParts:N0} are allowed.", member);
        var scopes = new HashSet<BudgetScope>();
        foreach (var (scope, weight) in value)
        {
            if (scope == default || scope.IsEach)
                throw new ArgumentException(DisplayText.Escape($"{member} must have scopes of one id each, and has '{scope}'. Each is for everybody."), member);
            Kind(scope.Kind, member);
            if (!scopes.Add(scope))
                throw new ArgumentException(DisplayText.Escape($"{member} has the scope '{scope}' twice."), member);
            if (weight is < 0 or > MaxWeight)
                throw new ArgumentOutOfRangeException(member, weight, DisplayText.Escape($"{member} has the weight {weight} for '{scope}'; it must be from 0 to 9,000,000,000,000."));
        }
        return [.. value];
    }

    private static IEnumerable<string> TargetKinds(CostAllocation allocation) => allocation.Each is { } each ? [each] : allocation.Targets.Select(target => target.Scope.Kind).Distinct();

    private static void CheckWeights(CostAllocation allocation)
    {
        var isWeighted = allocation.Method is AllocationMethod.FixedShares or AllocationMethod.ByMetric;
        if (isWeighted && allocation.Each is not null)
            throw new ArgumentException($"The method {allocation.Method} needs Targets with their weights; Each has none.", nameof(allocation.Each));
        if (isWeighted && allocation.Targets.All(target => target.Weight == 0))
            throw new ArgumentException($"Targets has no weight above 0 for the method {allocation.Method}.", nameof(allocation.Targets));
        if (isWeighted && allocation.Targets.All(target => target.Weight < LeastWeight))
            throw new ArgumentException($"Targets has no weight of {LeastWeight} or more for the method {allocation.Method}.", nameof(allocation.Targets));
        if (!isWeighted && allocation.Targets.FirstOrDefault(target => target.Weight != 1m) is { Scope: var scope } given && scope != default)
            throw new ArgumentException(DisplayText.Escape($"Targets has the weight {given.Weight} for '{scope}'; the method {allocation.Method} takes none."), nameof(allocation.Targets));
    }
}
