namespace BudgetFirewall.Reliability;

/// <summary>What one process of several does. Sent to it as JSON.</summary>
public sealed record WorkJob
{
    /// <summary>How the process connects.</summary>
    public required string Address { get; init; }

    /// <summary>What its operation ids begin with; unique among the processes of a scenario.</summary>
    public string Name { get; init; } = "w";

    public string Prefix { get; init; } = "bf";

    public WorkKind Kind { get; init; }

    public int Seed { get; init; }

    public int Callers { get; init; } = 16;

    /// <summary>How often all callers together do it, at most.</summary>
    public int Calls { get; init; } = int.MaxValue;

    /// <summary>How long, at most.</summary>
    public double Seconds { get; init; } = double.MaxValue;

    /// <summary>How often a second all callers together do it, at most.</summary>
    public double PerSecond { get; init; } = double.MaxValue;

    /// <summary>The limit of the global budget of <see cref="Period"/>.</summary>
    public decimal Limit { get; init; } = 10_000m;

    public BudgetPeriod Period { get; init; } = BudgetPeriod.Year;

    /// <summary>More than 0: every caller also acts for one of so many users, who have a budget of <see cref="UserLimit"/> each.</summary>
    public int Users { get; init; }

    public decimal UserLimit { get; init; } = 1_000_000m;

    /// <summary>More than 0: a global queue gives so many turns a second, to at most <see cref="QueueLimit"/> that wait.</summary>
    public int TurnsPerSecond { get; init; }

    public int QueueLimit { get; init; }

    /// <summary>The part of the callers who stop waiting at a random time.</summary>
    public double GivesUpPart { get; init; }

    /// <summary>Whether the windows of <see cref="WorkLimits"/> limit it.</summary>
    public bool HasWindows { get; init; }

    public double StoreTimeoutSeconds { get; init; } = 1;

    public double LeaseSeconds { get; init; } = 600;

    /// <summary>How long operation ids are remembered.</summary>
    public double RetentionSeconds { get; init; } = 3_600;

    /// <summary>How wrong the process's clock is.</summary>
    public double ClockErrorSeconds { get; init; }

    public int WaitForReplicas { get; init; }

    /// <summary>Whether a loss of data stops it.</summary>
    public bool DeniesOnDataLoss { get; init; }

    /// <summary>How often each call is tried, always under the same id, until it is answered.</summary>
    public int Tries { get; init; } = 1;

    /// <summary>How long a caller waits before it tries again.</summary>
    public double RetrySeconds { get; init; } = 0.05;

    /// <summary>The address of the provider that is called; null: none is.</summary>
    public Uri? Provider { get; init; }

    /// <summary>The ceiling of the adaptive rate limit for the provider, a second.</summary>
    public decimal Ceiling { get; init; } = 100m;

    /// <summary>How fast that limit grows, a second.</summary>
    public decimal Growth { get; init; } = 8m;

    /// <summary>The cooldown of that limit.</summary>
    public double CooldownSeconds { get; init; } = 0.5;

    /// <summary>The database of the process's ledger: <c>sqlite:</c> or <c>postgres:</c> and a connection string; null: it has none.</summary>
    public string? Ledger { get; init; }

    /// <summary>Where every call is written to; null: nowhere.</summary>
    public string? TracePath { get; init; }
}
