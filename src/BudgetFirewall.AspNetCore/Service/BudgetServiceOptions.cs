namespace BudgetFirewall;

/// <summary>What <c>MapBudgetFirewall</c> maps.</summary>
public sealed class BudgetServiceOptions
{
    /// <summary>The name of the firewall, as given to <c>AddBudgetFirewall</c>. Default null: the one without a name.</summary>
    public string? Firewall { get; set; }

    /// <summary>The parts that are mapped. Default: all.</summary>
    public BudgetServiceParts Parts { get; set; } = BudgetServiceParts.All;

    /// <summary>The most bytes that a body may have, 1 KiB to 16 MiB. Default 65,536. Larger ones are answered 413 unread.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int MaxBodyBytes { get; set => field = Checked(value, 1_024, 16_777_216, nameof(MaxBodyBytes)); } = 65_536;

    /// <summary>The most bytes that a body of several requests may have, 1 KiB to 16 MiB. Default 1,048,576.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int MaxBatchBodyBytes { get; set => field = Checked(value, 1_024, 16_777_216, nameof(MaxBatchBodyBytes)); } = 1_048_576;

    /// <summary>The most requests that one call may hold, 1 to 1,000. Default 100.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int MaxBatchSize { get; set => field = Checked(value, 1, 1_000, nameof(MaxBatchSize)); } = 100;

    private static int Checked(int value, int min, int max, string member) => value >= min && value <= max
        ? value
        : throw new ArgumentOutOfRangeException(member, value, $"{member} must be from {min} to {max}.");
}
