using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace BudgetFirewall;

/// <summary>
/// A cost that many share, as a flat fee, idle capacity or the bill of a batch job, and how it is to be divided among scopes. Immutable. What belongs together is checked where it is allocated, before anything is read.
/// </summary>
/// <example><code>
/// await ledger.AllocateAsync(new CostAllocation
/// {
///     Id = "gpu-2026-03", Source = "GPU cluster", Amount = 900m, From = march, To = march.AddMonths(1),
///     Method = AllocationMethod.ByCost, Each = "project", IsAmortised = true, TimeZone = "Europe/Berlin",
/// });
/// </code></example>
public sealed record CostAllocation
{
    /// <summary>The most entries that one allocation makes: its scopes times its days.</summary>
    public const int MaxParts = 10_000;

    /// <summary>The most scopes that <see cref="UsedWith"/> has, and <see cref="Scopes"/>.</summary>
    public const int MaxDimensions = 16;

    private readonly string _id = "";
    private readonly string? _partition;
    private readonly string _source = "";
    private readonly string _currency = "USD";
    private readonly string? _unit;
    private readonly string? _reason;
    private readonly string? _by;
    private readonly FrozenDictionary<string, string> _usedWith = FrozenDictionary<string, string>.Empty;
    private readonly FrozenDictionary<string, string> _scopes = FrozenDictionary<string, string>.Empty;

    /// <summary>A cost to be allocated.</summary>
    public CostAllocation()
    {
    }

    /// <summary>One that a ledger keeps. It was checked when it was allocated, and its texts may have grown since: what takes the place of an erased id is longer than some ids.</summary>
    /// <exception cref="ArgumentException">What is kept is none of an allocation.</exception>
    /// <exception cref="FormatException">A number or a scope is none.</exception>
    [SetsRequiredMembers]
#pragma warning disable CS8618 // The members that are required have fields, which are set.
    internal CostAllocation(string id, string? partition, string? by, StoredAllocation stored)
#pragma warning restore CS8618
    {
        (_id, _partition, _by, _source, _currency, _unit, _reason) = (id, partition, by, stored.Source, stored.Currency, stored.Unit, stored.Reason);
        (Amount, From, To, Method) = (decimal.Parse(stored.Amount, CultureInfo.InvariantCulture), stored.From, stored.To, Enum.Parse<AllocationMethod>(stored.Method));
        (Each, IsAmortised, TimeZone) = (stored.Each, stored.IsAmortised, stored.TimeZone);
        Targets = [.. stored.Targets.Select(target => new AllocationTarget(BudgetScope.Parse(target.Key), decimal.Parse(target.Value, CultureInfo.InvariantCulture)))];
        (_usedWith, _scopes) = (stored.UsedWith.ToFrozenDictionary(StringComparer.Ordinal), stored.Scopes.ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>The allocation's id within its partition, the number of an invoice, say. The same id with the same content returns the first answer; with other content it is a conflict.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public required string Id { get => _id; init => _id = AllocationCheck.Text(value, nameof(Id)); }

    /// <summary>The partition whose use is measured and whose entries are made; null without partitions.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? Partition { get => _partition; init => _partition = AllocationCheck.OptionalText(value, nameof(Partition)); }

    /// <summary>What the cost is of, for people who read of it later: <c>GPU cluster</c>.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public required string Source { get => _source; init => _source = AllocationCheck.Text(value, nameof(Source)); }

    /// <summary>The amount in currency units, above 0 up to 9,000,000,000, in whole nanos.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range, or finer than a nano.</exception>
    public required decimal Amount { get; init => field = AllocationCheck.Amount(value, nameof(Amount)); }

    /// <summary>The currency, for display. Default: USD.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string Currency { get => _currency; init => _currency = AllocationCheck.Text(value, nameof(Currency)); }

    /// <summary>The first moment of the time that the cost is for, in which use is measured; in whole microseconds, from 1970.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is before 1970 or after 2199.</exception>
    public required DateTimeOffset From { get; init => field = AllocationCheck.Time(value, nameof(From)); }

    /// <summary>The first moment after that time. Use is measured by the quarter of an hour: a time between two widens to both sides, as in a report.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is before 1970 or after 2199.</exception>
    public required DateTimeOffset To { get; init => field = AllocationCheck.Time(value, nameof(To)); }

    /// <summary>The way in which it is divided.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such method.</exception>
    public required AllocationMethod Method
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(Method), value, "There is no such method of allocation.");
    }

    /// <summary>The unit of usage that is measured with <see cref="AllocationMethod.ByUsage"/>, as <c>total_tokens</c> or <c>request</c>; null with the other methods.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? Unit { get => _unit; init => _unit = AllocationCheck.OptionalText(value, nameof(Unit)); }

    /// <summary>The kind of scopes of which everybody gets a part who has used something in the time, as <c>project</c>; null where <see cref="Targets"/> names the scopes.</summary>
    /// <exception cref="ArgumentException">The value is no kind of scope, or is global or operation.</exception>
    public string? Each { get; init => field = value is null ? null : AllocationCheck.Kind(value, nameof(Each)); }

    /// <summary>The scopes that get a part; empty where <see cref="Each"/> names their kind. One that has used nothing gets 0 where use is measured.</summary>
    /// <exception cref="ArgumentException">A scope is every id of a kind, global or an operation, or stands there twice, or there are more than 10,000.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A weight is below 0 or above 9,000,000,000,000.</exception>
    public IReadOnlyList<AllocationTarget> Targets { get; init => field = AllocationCheck.Targets(value, nameof(Targets)); } = [];

    /// <summary>The scopes that use must have to be measured, id by kind as in <see cref="LedgerQuery.Scopes"/>: <c>provider</c> and <c>gpu-farm</c>, say. Empty for all use.</summary>
    /// <exception cref="ArgumentException">A kind is <c>global</c>, empty or has an equals sign, or an id is empty, or there are more than 16.</exception>
    public IReadOnlyDictionary<string, string> UsedWith { get => _usedWith; init => _usedWith = AllocationCheck.Scopes(value, nameof(UsedWith)).ToFrozenDictionary(StringComparer.Ordinal); }

    /// <summary>Further scopes that the entries have beside the one that gets the part: the provider that has sent the bill, say.</summary>
    /// <exception cref="ArgumentException">A kind is <c>global</c>, empty or has an equals sign, or an id is empty, or there are more than 16.</exception>
    public IReadOnlyDictionary<string, string> Scopes { get => _scopes; init => _scopes = AllocationCheck.Scopes(value, nameof(Scopes)).ToFrozenDictionary(StringComparer.Ordinal); }

    /// <summary>
    /// True to spread each part over the days of the time: whole days get the same, of 23 or 25 hours too, and a day that is only partly in the time as much less. False for entries at <see cref="From"/> alone.
    /// </summary>
    public bool IsAmortised { get; init; }

    /// <summary>The time zone, a name of the IANA database, by whose clock days begin. Default: UTC.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>The reason, for people who read of it later; null: not said.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? Reason { get => _reason; init => _reason = AllocationCheck.OptionalText(value, nameof(Reason)); }

    /// <summary>Whoever asks for it; null: not said. It is no content: another person who asks for the same is given the first answer.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? By { get => _by; init => _by = AllocationCheck.OptionalText(value, nameof(By)); }

    internal long AmountNanos => (long)(Amount * LedgerEntry.NanosPerUnit);

    /// <summary>True where the ledger's use is looked at.</summary>
    internal bool IsMeasured => Method is AllocationMethod.ByCost or AllocationMethod.ByUsage || Each is not null;
}
