using System.Security.Cryptography;
using System.Text;

namespace BudgetFirewall;

/// <summary>Chooses events that somebody should look at, and puts them together in alerts. Immutable; compares by content.</summary>
public sealed record AlertRule
{
    private const string OwnTypes = "budgetfirewall.alert.";
    private const int MostFilters = 100;

    private static readonly TimeSpan LongestQuiet = TimeSpan.FromDays(30);
    private static readonly TimeSpan LongestResolve = TimeSpan.FromDays(366);

    /// <summary>The name, 1 to 256 characters, which no other rule has. Alerts have it, so that a rule that is renamed begins anew.</summary>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    public required string Name { get; init => field = Identifier.Check(value, nameof(Name)); }

    /// <summary>The types of events, of <see cref="BudgetEventTypes"/> or of the application's own; empty: every type that is severe enough.</summary>
    /// <exception cref="ArgumentException">There are more than 100, one is empty, or is that of an event of alerts.</exception>
    public IReadOnlyList<string> Types { get; init => field = Checked(value, nameof(Types), CheckType); } = [];

    /// <summary>The scopes as text: <c>user=alice</c>, or <c>each:user</c> for all users; empty: all, and events without a scope.</summary>
    /// <exception cref="ArgumentException">There are more than 100, or one is no scope.</exception>
    public IReadOnlyList<string> Scopes { get; init => field = Checked(value, nameof(Scopes), CheckScope); } = [];

    /// <summary>The lowest severity of its events; null (default): any where <see cref="Types"/> are given, otherwise a warning.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such severity.</exception>
    public BudgetEventSeverity? MinSeverity { get; init => field = Defined(value, nameof(MinSeverity)); }

    /// <summary>The severity of its alerts; null (default): that of the most severe event.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such severity.</exception>
    public BudgetEventSeverity? Severity { get; init => field = Defined(value, nameof(Severity)); }

    /// <summary>The fraction of a limit from which a crossed threshold counts, above 0: at 0.9 those of 80 % are passed over. Null (default): each does.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is 0 or less.</exception>
    public decimal? Above
    {
        get;
        init => field = value is null or > 0 ? value : throw new ArgumentOutOfRangeException(nameof(Above), value, "Above must be above 0.");
    }

    /// <summary>The properties that events of one alert have in common. Default: type, subject, scope and partition; empty: all events of the rule are one alert.</summary>
    /// <exception cref="ArgumentException">There is no such property.</exception>
    public IReadOnlyList<AlertGrouping> GroupBy { get; init => field = Checked(value, nameof(GroupBy), CheckGrouping); } = [AlertGrouping.Type, AlertGrouping.Subject, AlertGrouping.Scope, AlertGrouping.Partition];

    /// <summary>
    /// The time within which at most one alert of a group is told, 0 to 30 days. Default 1 hour. One whose cause comes back sooner opens again and tells nobody, until the time is over and the cause is still there.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public TimeSpan QuietFor
    {
        get;
        init => field = value >= TimeSpan.Zero && value <= LongestQuiet ? value : throw new ArgumentOutOfRangeException(nameof(QuietFor), value, "QuietFor must be from 0 to 30 days.");
    } = TimeSpan.FromHours(1);

    /// <summary>
    /// The time after which an alert is resolved by itself when no event has come again, 1 minute to 366 days: for causes whose end nobody sees, as denials. Null (default): an hour for those, and never for what stays wrong until
    /// somebody has looked, as the loss of data.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public TimeSpan? ResolveAfter
    {
        get;
        init => field = value is null || (value >= TimeSpan.FromMinutes(1) && value <= LongestResolve)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(ResolveAfter), value, "ResolveAfter must be from 1 minute to 366 days.");
    }

    /// <summary>True when the rule chooses an event.</summary>
    internal bool Chooses(BudgetEvent e) =>
        !e.Type.StartsWith(OwnTypes, StringComparison.Ordinal)
        && (Types.Count == 0 || Types.Contains(e.Type))
        && e.Severity >= (MinSeverity ?? (Types.Count == 0 ? BudgetEventSeverity.Warning : BudgetEventSeverity.Information))
        && (Above is not { } above || e.Data.Threshold is not { } threshold || threshold >= above)
        && (Scopes.Count == 0 || (e.Scope is { } scope && Scopes.Any(text => IsOf(scope, BudgetScope.Parse(text)))));

    /// <summary>The key of the group that an event belongs to.</summary>
    internal string GroupOf(BudgetEvent e)
    {
        var text = new StringBuilder();
        foreach (var grouping in GroupBy)
        {
            var value = ValueOf(grouping, e);
            _ = text.Append((int)grouping).Append(':').Append(value?.Length ?? -1).Append(':').Append(value);
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 16));
    }

    /// <summary>Compares by content.</summary>
    /// <param name="other">The other rule.</param>
    public bool Equals(AlertRule? other) =>
        other is not null && Name == other.Name && ValueCollections.Same(Types, other.Types) && ValueCollections.Same(Scopes, other.Scopes) && MinSeverity == other.MinSeverity && Severity == other.Severity
        && Above == other.Above && ValueCollections.Same(GroupBy, other.GroupBy) && QuietFor == other.QuietFor && ResolveAfter == other.ResolveAfter;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Types.Count, Scopes.Count, QuietFor);

    private static string? ValueOf(AlertGrouping grouping, BudgetEvent e) => grouping switch
    {
        AlertGrouping.Type => e.Type,
        AlertGrouping.Subject => e.Subject,
        AlertGrouping.Scope => e.Scope?.ToString(),
        AlertGrouping.ScopeKind => e.Scope?.Kind,
        AlertGrouping.Partition => e.Partition,
        _ => throw new InvalidOperationException($"There is no grouping {grouping}."),
    };

    private static bool IsOf(BudgetScope scope, BudgetScope filter) => filter.IsEach ? scope.Kind == filter.Kind : scope == filter;

    private static IReadOnlyList<T> Checked<T>(IReadOnlyList<T> values, string member, Action<T> check)
    {
        var copy = ValueCollections.Copy(values, member);
        if (copy.Count > MostFilters)
            throw new ArgumentException($"{member} must have at most {MostFilters} entries.", member);
        foreach (var value in copy)
            check(value);
        return copy;
    }

    private static void CheckType(string type)
    {
        Identifier.Check(type, nameof(Types));
        if (type.StartsWith(OwnTypes, StringComparison.Ordinal))
            throw new ArgumentException($"Types must not have '{type}': an alert is no cause of another one.", nameof(Types));
    }

    private static void CheckScope(string scope)
    {
        if (!BudgetScope.TryParse(scope, out _))
            throw new ArgumentException(DisplayText.Escape($"'{scope}' is no scope: 'user=alice', 'each:user' or 'global'."), nameof(Scopes));
    }

    private static void CheckGrouping(AlertGrouping grouping)
    {
        if (!Enum.IsDefined(grouping))
            throw new ArgumentException($"GroupBy must not have '{grouping}': there is no such property.", nameof(GroupBy));
    }

    private static BudgetEventSeverity? Defined(BudgetEventSeverity? value, string member) =>
        value is null || Enum.IsDefined(value.Value) ? value : throw new ArgumentOutOfRangeException(member, value, $"{member} must be a severity.");
}
