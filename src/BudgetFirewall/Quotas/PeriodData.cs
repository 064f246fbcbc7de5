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
}
