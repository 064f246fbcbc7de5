using System.Collections.Frozen;

namespace BudgetFirewall;

/// <summary>The ages up to which entries are kept. What was spent stays in reports: sums are kept apart from entries. Immutable.</summary>
public sealed record LedgerRetention
{
    private static readonly TimeSpan Shortest = TimeSpan.FromDays(1);

    /// <summary>The ages, a day or more, after which entries of each kind are removed. Kinds that are not named are kept.</summary>
    /// <exception cref="ArgumentException">An age is less than a day, or a kind of entry is none.</exception>
    public IReadOnlyDictionary<LedgerEntryKind, TimeSpan> Ages { get; init => field = Checked(value); } = FrozenDictionary<LedgerEntryKind, TimeSpan>.Empty;

    /// <summary>The time after which removing ends for now, whatever is left. Default 10 seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above zero.</exception>
    public TimeSpan TimeLimit
    {
        get;
        init => field = value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(TimeLimit), value, "TimeLimit must be above zero.");
    } = TimeSpan.FromSeconds(10);

    /// <summary>The same age for every kind of entry.</summary>
    /// <param name="age">The age, a day or more.</param>
    /// <exception cref="ArgumentException">The age is less than a day.</exception>
    public static LedgerRetention Of(TimeSpan age) => new() { Ages = LedgerKinds.All.ToFrozenDictionary(kind => kind, _ => age) };

    // An entry that is delivered twice is told by the first one, which must not be gone by then.
    private static FrozenDictionary<LedgerEntryKind, TimeSpan> Checked(IReadOnlyDictionary<LedgerEntryKind, TimeSpan> ages)
    {
        ArgumentNullException.ThrowIfNull(ages, nameof(Ages));
        foreach (var (kind, age) in ages)
        {
            if (!Enum.IsDefined(kind))
                throw new ArgumentException($"There is no kind of entry {kind}.", nameof(Ages));
            if (age < Shortest)
                throw new ArgumentException($"The age of {kind} is {age}; it must be a day or more.", nameof(Ages));
        }
        return ages.ToFrozenDictionary();
    }
}
