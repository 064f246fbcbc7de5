namespace BudgetFirewall.Storage;

/// <summary>A limit's verdict on a demand, and the time that goes with it. Immutable.</summary>
public readonly record struct Judgement
{
    private const long Never = -1;
    private const long NotAsked = -2;

    private readonly long _waitTicks;

    /// <summary>A verdict.</summary>
    /// <param name="verdict">The verdict.</param>
    /// <param name="wait">The time that goes with it, as <see cref="Wait"/> describes it.</param>
    public Judgement(Verdict verdict, TimeSpan? wait)
    {
        Verdict = verdict;
        _waitTicks = wait?.Ticks ?? Never;
    }

    private Judgement(long waitTicks) => _waitTicks = waitTicks;

    /// <summary>The judgement of a limit that has room; the default.</summary>
    public static Judgement Admitted => default;

    /// <summary>The judgement of the queue of a throttled budget that has room within its limit: it admits, and nothing is taken from it.</summary>
    public static Judgement PassedOver => new(NotAsked);

    /// <summary>The verdict.</summary>
    public Verdict Verdict { get; }

    /// <summary>
    /// The time after which the limit would have room, if nobody else used it; null when time does not help. Zero for <see cref="Verdict.Admit"/>;
    /// the delay itself for <see cref="Verdict.Delay"/>.
    /// </summary>
    public TimeSpan? Wait => _waitTicks switch
    {
        Never => null,
        NotAsked => TimeSpan.Zero,
        _ => TimeSpan.FromTicks(_waitTicks),
    };

    /// <summary>True when the verdict denies the request.</summary>
    public bool IsRefusal => VerdictTraits.Of(Verdict).Denies;

    /// <summary>True when the verdict lets the request wait for its turn.</summary>
    public bool IsDelay => VerdictTraits.Of(Verdict).Delays;

    /// <summary>
    /// True when the limit is a shadow that would have refused, or the queue of a throttled budget that has room. A call that is done takes nothing from such a rate limit; such a budget counts it.
    /// </summary>
    public bool IsPassedOver => _waitTicks == NotAsked || VerdictTraits.Of(Verdict).IsPassedOver;
}
