namespace BudgetFirewall;

/// <summary>The properties of a verdict: the effect of one limit's answer on the whole decision. Immutable and thread-safe.</summary>
public sealed record VerdictTraits
{
    private VerdictTraits()
    {
    }

    /// <summary>True when the verdict denies the request. In Redis <c>REFUSING</c> of <c>layouts.txt</c> says the same.</summary>
    public bool Denies { get; init; }

    /// <summary>True when the verdict lets the request wait for its turn.</summary>
    public bool Delays { get; init; }

    /// <summary>True when the limit has no room and the call may be done all the same: it then takes nothing from such a rate limit, and such a budget counts it.</summary>
    public bool IsPassedOver { get; init; }

    /// <summary>True when the denial is one that an approval may end.</summary>
    public bool AwaitsApproval { get; init; }

    /// <summary>The properties of a verdict.</summary>
    /// <param name="verdict">The verdict.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="verdict"/> is not one of the enumeration.</exception>
    public static VerdictTraits Of(Verdict verdict) => verdict switch
    {
        Verdict.Admit => Admits,
        Verdict.Delay => Waits,
        Verdict.Refuse => Refuses,
        Verdict.NeedsApproval => Asks,
        Verdict.WouldRefuse => Notes,
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "There is no such verdict."),
    };

    private static VerdictTraits Admits { get; } = new();

    private static VerdictTraits Waits { get; } = new() { Delays = true };

    private static VerdictTraits Refuses { get; } = new() { Denies = true };

    private static VerdictTraits Asks { get; } = new() { Denies = true, AwaitsApproval = true };

    private static VerdictTraits Notes { get; } = new() { IsPassedOver = true };
}
