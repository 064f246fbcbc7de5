namespace BudgetFirewall.Storage;

/// <summary>A store's answer to an <see cref="AllowanceCall"/>. Immutable.</summary>
public sealed class AllowanceAnswer
{
    /// <summary>The status of the call.</summary>
    public required AllowanceStatus Status { get; init; }

    /// <summary>The store's time of the answer, UTC.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>True when the operation had been done before. <see cref="Moved"/> is then that of the first time.</summary>
    public bool IsReplay { get; init; }

    /// <summary>The amount that was given, or really taken back, in nanos or micros.</summary>
    public long Moved { get; init; }

    /// <summary>The reading of the counter of the present period after the call.</summary>
    public LimitReading Reading { get; init; }
}
