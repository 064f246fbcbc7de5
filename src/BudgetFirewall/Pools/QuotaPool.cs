using System.Collections.ObjectModel;
using System.Globalization;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>
/// An amount of money or of a unit for each period, divided among members as budgets of their own. The budgets' limits never add up to more than the pool.
/// Compares by content and copies the collections it is given. Immutable and thread-safe.
/// </summary>
/// <example><code>
/// var pool = new QuotaPool
/// {
///     Id = "research",
///     Limit = 1_000m,
///     Members =
///     [
///         new() { Scope = BudgetScope.Project("search"), Weight = 2m },
///         new() { Scope = BudgetScope.Project("speech") },
///     ],
/// };
/// </code></example>
public sealed record QuotaPool
{
    /// <summary>The most members of a pool: 10,000.</summary>
    public const int MaxMembers = 10_000;

    /// <summary>The pool's id, 1 to 256 characters.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public required string Id { get; init => field = Identifier.Check(value, nameof(Id)); }

    /// <summary>
    /// The amount that is divided for each period: currency units from 0 to 9,000,000,000 in steps of 0.000000001, or, with <see cref="Unit"/>, whole units from 0 to 9,000,000,000,000.
    /// The decimal places and the unit's range are checked where the pool is used.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or above 9,000,000,000,000.</exception>
    public required decimal Limit { get; init => field = UnitAmount.CheckAmount(value, nameof(Limit)); }

    /// <summary>The usage unit that is counted; null for money. Units are divided as whole ones, money down to 0.000000001.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? Unit { get; init => field = Identifier.CheckOptional(value, nameof(Unit)); }

    /// <summary>The span that the amount is for, which must come again and again. Default: a month.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    /// <exception cref="ArgumentException">No period of the kind follows another.</exception>
    public BudgetPeriod Period { get; init => field = CheckPeriod(value); } = BudgetPeriod.Month;

    /// <summary>The time zone by whose clock the period begins and ends, as <see cref="Budget.TimeZone"/>. Default: UTC.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    /// <exception cref="ArgumentException">The system knows no such time zone.</exception>
    public string TimeZone { get; init => field = TimeZones.Check(value, nameof(TimeZone)); } = TimeZones.Utc;

    /// <summary>The way in which the amount is divided. Default: fair share.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of the enumeration.</exception>
    public QuotaStrategy Strategy { get; init => field = CheckEnum(value, nameof(Strategy)); } = QuotaStrategy.FairShare;

    /// <summary>The rule of <see cref="QuotaStrategy.Dynamic"/>; other strategies do not look at it.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public QuotaDynamics Dynamics { get; init => field = value ?? throw new ArgumentNullException(nameof(Dynamics)); } = new();

    /// <summary>The members, 1 to <see cref="MaxMembers"/> of different scopes. Kept in the ordinal order of their scopes' texts.</summary>
    /// <exception cref="ArgumentException">There are none or too many, one is null, or a scope is a member twice.</exception>
    public required IReadOnlyList<QuotaMember> Members { get; init => field = CheckMembers(value); }

    /// <summary>The part of what a member has not used in a period that is added to its budget in the next; null: none. Default: null.</summary>
    public QuotaRollover? Rollover { get; init; }

    /// <summary>The fractions of a member's limit at which a warning fires, as <see cref="Budget.WarnAt"/>. Default: 0.8 and 0.9.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A fraction is outside the range or has more decimal places than are counted.</exception>
    /// <exception cref="ArgumentException">There are more than 16 fractions.</exception>
    public IReadOnlyList<decimal> WarnAt { get; init => field = Budget.CheckWarnAt(value); } = [0.8m, 0.9m];

    /// <summary>The enforcement of the members' budgets: any but <see cref="Enforcement.Throttle"/>. Default: hard.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of the enumeration, or throttle.</exception>
    public Enforcement Enforcement { get; init => field = CheckEnforcement(value); } = Enforcement.Hard;

    /// <summary>The providers whose requests count; empty: all. Kept in ordinal order, without repetitions.</summary>
    /// <exception cref="ArgumentException">A name is empty, too long or ill-formed.</exception>
    public IReadOnlyList<string> Providers { get; init => field = RequestFilter.CheckNames(value, nameof(Providers)); } = [];

    /// <summary>The models whose requests count; empty: all, and those without a model. Kept in ordinal order, without repetitions.</summary>
    /// <exception cref="ArgumentException">A name is empty, too long or ill-formed.</exception>
    public IReadOnlyList<string> Models { get; init => field = RequestFilter.CheckNames(value, nameof(Models)); } = [];

    /// <summary>The operations whose requests count; empty: all. Kept in ordinal order, without repetitions.</summary>
    /// <exception cref="ArgumentException">A name is empty, too long or ill-formed.</exception>
    public IReadOnlyList<string> Operations { get; init => field = RequestFilter.CheckNames(value, nameof(Operations)); } = [];

    /// <inheritdoc/>
    public bool Equals(QuotaPool? other) =>
        other is not null
        && Id == other.Id && Limit == other.Limit && Unit == other.Unit && Period == other.Period && TimeZone == other.TimeZone
        && Strategy == other.Strategy && Dynamics == other.Dynamics && Rollover == other.Rollover && Enforcement == other.Enforcement
        && ValueCollections.Same(Members, other.Members) && ValueCollections.Same(WarnAt, other.WarnAt) && ValueCollections.Same(Providers, other.Providers)
        && ValueCollections.Same(Models, other.Models) && ValueCollections.Same(Operations, other.Operations);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Limit, Unit, Period, Strategy, ValueCollections.Hash(Members));

    /// <summary>The size, in nanos or micros, of the least amount that is divided.</summary>
    internal long Grain => Unit is null ? 1 : (long)UnitAmount.MicrosPerUnit;

    /// <summary>The calendar of its periods.</summary>
    /// <exception cref="ArgumentException">The time zone is not UTC, and the period does not go by a clock.</exception>
    internal PeriodCalendar Calendar => PeriodCalendar.Of(Period, TimeZone);

    /// <summary>An amount in nanos or micros.</summary>
    internal long AmountOf(decimal amount, string member) => Unit is null ? Money.ExactNanos(amount, member) : UnitAmount.ExactMicros(amount, member);

    /// <summary>An amount of nanos or micros.</summary>
    internal decimal ToDecimal(long amount) => Unit is null ? Money.FromNanos(amount) : UnitAmount.FromMicros(amount);

    /// <summary>Checks what the members can only be checked for together.</summary>
    /// <exception cref="ArgumentException">An amount is not a multiple of what is divided or outside its range, minima are above the pool or their maximum, or a value belongs to another strategy.</exception>
    internal void CheckDivisible()
    {
        _ = Calendar;
        var limit = CheckWhole(Limit, nameof(Limit));
        if (Rollover?.Cap is { } cap)
            _ = AmountOf(cap, $"{nameof(Rollover)}.{nameof(Rollover.Cap)}");
        var minima = (Int128)0;
        for (var i = 0; i < Members.Count; i++)
            minima += CheckMember(Members[i], $"{nameof(Members)}[{Members[i].Scope}]");
        if (minima > limit)
            throw new ArgumentException(DisplayText.Escape(FormattableString.Invariant($"{nameof(Members)} have minima of {Members.Sum(member => member.Minimum)} together; the pool '{Id}' has {Limit}.")), nameof(Members));
    }

    private long CheckMember(QuotaMember member, string name)
    {
        var minimum = CheckWhole(member.Minimum, $"{name}.{nameof(member.Minimum)}");
        if (member.Maximum is { } given && CheckWhole(given, $"{name}.{nameof(member.Maximum)}") < minimum)
            throw new ArgumentException(DisplayText.Escape(FormattableString.Invariant($"{name}.{nameof(member.Maximum)} must be at least the Minimum, {member.Minimum}, and not {given}.")), nameof(Members));
        if (minimum > 0 && Strategy is not (QuotaStrategy.Reserved or QuotaStrategy.Dynamic))
            throw new ArgumentException(DisplayText.Escape(FormattableString.Invariant($"{name}.{nameof(member.Minimum)} is {member.Minimum}; the strategy {Strategy} has no minima. Use Reserved or Dynamic.")), nameof(Members));
        if (member.Priority != 0 && Strategy != QuotaStrategy.Priority)
            throw new ArgumentException(DisplayText.Escape(FormattableString.Invariant($"{name}.{nameof(member.Priority)} is {member.Priority}; the strategy {Strategy} has no priorities. Use Priority.")), nameof(Members));
        return minimum;
    }

    private long CheckWhole(decimal value, string name)
    {
        name = DisplayText.Escape(name);
        var amount = AmountOf(value, name);
        return amount % Grain == 0 ? amount : throw new ArgumentOutOfRangeException(name, value, $"{name} must be whole, as units are divided as whole ones.");
    }

    private static BudgetPeriod CheckPeriod(BudgetPeriod period)
    {
        ArgumentNullException.ThrowIfNull(period, nameof(Period));
        return period.Spacing is not null ? period : throw new ArgumentException($"Period must come again and again, and not be '{period}'.", nameof(Period));
    }

    private static Enforcement CheckEnforcement(Enforcement enforcement) => CheckEnum(enforcement, nameof(Enforcement)) != Enforcement.Throttle
        ? enforcement
        : throw new ArgumentOutOfRangeException(nameof(Enforcement), enforcement, "Enforcement must not be throttle: the budgets of a pool have no queues.");

    private static T CheckEnum<T>(T value, string member) where T : struct, Enum => Enum.IsDefined(value)
        ? value
        : throw new ArgumentOutOfRangeException(member, value, $"{member} must be one of {string.Join(", ", Enum.GetNames<T>())}.");

    private static ReadOnlyCollection<QuotaMember> CheckMembers(IReadOnlyList<QuotaMember> members)
    {
        ArgumentNullException.ThrowIfNull(members, nameof(Members));
        if (members.Count is 0 or > MaxMembers)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Members must be 1 to {MaxMembers:N0}, and not {members.Count:N0}."), nameof(Members));
        var scopes = new HashSet<BudgetScope>();
        for (var i = 0; i < members.Count; i++)
        {
            if (members[i] is not { } member)
                throw new ArgumentException($"Members[{i}] is null.", nameof(Members));
            if (!scopes.Add(member.Scope.Checked(nameof(Members))))
                throw new ArgumentException(DisplayText.Escape($"Members[{i}] has the scope '{member.Scope}', which is a member already."), nameof(Members));
        }
        return Array.AsReadOnly(members.OrderBy(member => member.Scope.ToString(), StringComparer.Ordinal).ToArray());
    }
}
