namespace BudgetFirewall;

/// <summary>An ended period of a pool, in the order of the members of then.</summary>
internal sealed record PeriodData
{
    public long Start { get; set; }

    public long End { get; set; }

    public decimal Limit { get; set; }

    public bool IsKnown { get; set; }

    public string[] Scopes { get; set; } = [];

    public long[] Allocated { get; set; } = [];

    public long[] Base { get; set; } = [];

    public long[] Used { get; set; } = [];

    public long[] RolledOver { get; set; } = [];

    /// <summary>The start of the period that was recorded before this one, where nobody recorded those between them; otherwise null.</summary>
    public long? Before { get; set; }

    /// <summary>True when the data are those of a period, and have what belongs to each member.</summary>
    public bool IsOf(PeriodWindow period) => Start == period.Start.Ticks && End == period.End.Ticks && IsWhole();

    /// <summary>True when the data have what belongs to each member.</summary>
    public bool IsWhole() =>
        Start >= 0 && End > Start && End <= DateTime.MaxValue.Ticks && (Before is null || (Before >= 0 && Before < Start))
        && Allocated.Length == Scopes.Length && Base.Length == Scopes.Length && Used.Length == Scopes.Length && RolledOver.Length == Scopes.Length
        && Scopes.All(scope => BudgetScope.TryParse(scope, out _));
}
