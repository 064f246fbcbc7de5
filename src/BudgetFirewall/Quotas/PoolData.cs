namespace BudgetFirewall;

/// <summary>A pool as JSON.</summary>
internal sealed class PoolData
{
    public string Id { get; set; } = "";

    public decimal Limit { get; set; }

    public string? Unit { get; set; }

    public string Period { get; set; } = "";

    public string TimeZone { get; set; } = "";

    public QuotaStrategy Strategy { get; set; }

    public decimal Floor { get; set; }

    public decimal Ceiling { get; set; }

    public decimal Smoothing { get; set; }

    public decimal? RolloverFraction { get; set; }

    public decimal? RolloverCap { get; set; }

    public decimal[] WarnAt { get; set; } = [];

    public Enforcement Enforcement { get; set; }

    public string[] Providers { get; set; } = [];

    public string[] Models { get; set; } = [];

    public string[] Operations { get; set; } = [];

    public MemberData[] Members { get; set; } = [];

    public static PoolData Of(QuotaPool pool) => new()
    {
        Id = pool.Id,
        Limit = pool.Limit,
        Unit = pool.Unit,
        Period = pool.Period.ToString(),
        TimeZone = pool.TimeZone,
        Strategy = pool.Strategy,
        Floor = pool.Dynamics.Floor,
        Ceiling = pool.Dynamics.Ceiling,
        Smoothing = pool.Dynamics.Smoothing,
        RolloverFraction = pool.Rollover?.Fraction,
        RolloverCap = pool.Rollover?.Cap,
        WarnAt = [.. pool.WarnAt],
        Enforcement = pool.Enforcement,
        Providers = [.. pool.Providers],
        Models = [.. pool.Models],
        Operations = [.. pool.Operations],
        Members = [.. pool.Members.Select(MemberData.Of)],
    };

    public QuotaPool ToPool() => new()
    {
        Id = Id,
        Limit = Limit,
        Unit = Unit,
        Period = BudgetPeriod.Parse(Period),
        TimeZone = TimeZone,
        Strategy = Strategy,
        Dynamics = new() { Floor = Floor, Ceiling = Ceiling, Smoothing = Smoothing },
        Rollover = RolloverFraction is { } fraction ? new() { Fraction = fraction, Cap = RolloverCap } : null,
        WarnAt = WarnAt,
        Enforcement = Enforcement,
        Providers = Providers,
        Models = Models,
        Operations = Operations,
        Members = [.. Members.Select(member => member.ToMember())],
    };
}
