namespace BudgetFirewall;

/// <summary>
/// A token bucket on a scope: it starts full at <see cref="Capacity"/> and refills continuously.
/// Compares by content and copies the collections it is given. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// Without <see cref="Unit"/> a check, reserve or spend takes its <see cref="BudgetRequest.Permits"/>; charge, commit and release take nothing.
/// With a unit it takes that unit of the expected usage and the commit settles the difference, even if the level falls below zero;
/// a check only requires the expected amount to be there, and a charge takes the actual one. A release gives nothing back: the call may have been made.
/// A limit for one id replaces the limits for each id of the same kind, unit and filters; a shadow replaces, and is replaced by, shadows only.
/// </remarks>
public sealed record RateLimit
{
    /// <summary>The scope that is limited: one id of a kind, or each id of the kind by itself.</summary>
    /// <exception cref="ArgumentException">The value is the default scope.</exception>
    public required BudgetScope Scope { get; init => field = value.Checked(nameof(Scope)); }

    /// <summary>The most tokens the bucket holds: 0.000001 to 9,000,000,000 in steps of 0.000001.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range or has more decimal places than are counted.</exception>
    public required decimal Capacity { get; init => field = CheckAmount(value, nameof(Capacity), isZeroAllowed: false); }

    /// <summary>Tokens that come back per second: 0 to 9,000,000,000 in steps of 0.000001. With 0 nothing comes back.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range or has more decimal places than are counted.</exception>
    public required decimal RefillPerSecond { get; init => field = CheckAmount(value, nameof(RefillPerSecond), isZeroAllowed: true); }

    /// <summary>The usage unit that is taken; null when a request takes its permits.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? Unit { get; init => field = Identifier.CheckOptional(value, nameof(Unit)); }

    /// <summary>
    /// The effect on a request that does not fit: hard or shadow. A shadow has a bucket of its own, and a request that it would refuse takes nothing from it.
    /// Default: hard.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is neither <see cref="Enforcement.Hard"/> nor <see cref="Enforcement.Shadow"/>.</exception>
    public Enforcement Enforcement { get; init => field = CheckEnforcement(value); } = Enforcement.Hard;

    /// <summary>The providers whose requests are limited; empty: all.</summary>
    /// <exception cref="ArgumentException">A name is empty, too long or ill-formed.</exception>
    public IReadOnlyList<string> Providers { get; init => field = RequestFilter.CheckNames(value, nameof(Providers)); } = [];

    /// <summary>The models whose requests are limited; empty: all, and those without a model.</summary>
    /// <exception cref="ArgumentException">A name is empty, too long or ill-formed.</exception>
    public IReadOnlyList<string> Models { get; init => field = RequestFilter.CheckNames(value, nameof(Models)); } = [];

    /// <summary>The operations whose requests are limited; empty: all.</summary>
    /// <exception cref="ArgumentException">A name is empty, too long or ill-formed.</exception>
    public IReadOnlyList<string> Operations { get; init => field = RequestFilter.CheckNames(value, nameof(Operations)); } = [];

    /// <summary>
    /// The limit's name, 1 to 256 characters; unless given, derived from scope, unit and filters, as <c>provider=finnhub/rate</c> or, for a shadow, <c>provider=finnhub/shadow/rate</c>.
    /// Several limits of one scope and unit, as one for bursts and one for the hour, need names of their own.
    /// </summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string Id
    {
        get => ExplicitId ?? DerivedId.Of(Scope, Unit, Enforcement == Enforcement.Shadow, Filter);
        init => ExplicitId = Identifier.Check(value, nameof(Id));
    }

    internal string? ExplicitId { get; private init; }

    internal RequestFilter Filter => new(Providers, Models, Operations);

    /// <inheritdoc/>
    public bool Equals(RateLimit? other) =>
        other is not null
        && Scope == other.Scope && Capacity == other.Capacity && RefillPerSecond == other.RefillPerSecond && Enforcement == other.Enforcement && Unit == other.Unit && Id == other.Id
        && ValueCollections.Same(Providers, other.Providers) && ValueCollections.Same(Models, other.Models) && ValueCollections.Same(Operations, other.Operations);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Scope, Capacity, RefillPerSecond, Enforcement, Unit, Id);

    private static Enforcement CheckEnforcement(Enforcement value) => value is Enforcement.Hard or Enforcement.Shadow
        ? value
        : throw new ArgumentOutOfRangeException(nameof(Enforcement), value, "Enforcement must be one of Hard, Shadow.");

    private static decimal CheckAmount(decimal value, string member, bool isZeroAllowed)
    {
        if (value is < 0 or > 9_000_000_000m || (value == 0 && !isZeroAllowed) || value * 1_000_000m != decimal.Truncate(value * 1_000_000m))
        {
            throw new ArgumentOutOfRangeException(member, value,
                $"{member} must be {(isZeroAllowed ? "0 or " : "")}from 0.000001 to 9,000,000,000 in steps of 0.000001.");
        }
        return value;
    }
}
