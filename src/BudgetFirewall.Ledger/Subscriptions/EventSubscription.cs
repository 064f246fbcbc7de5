using System.Collections.Immutable;
using System.Security.Cryptography;

namespace BudgetFirewall;

/// <summary>Somebody who is to hear of events: a URL, and which events. Immutable.</summary>
public sealed record EventSubscription
{
    private const int MostFilters = 100;
    private const int LongestText = 256;
    private const int IdDigits = 16;

    /// <summary>The id, 1 to 256 characters. Default: a new one.</summary>
    /// <exception cref="ArgumentException">The id is empty or too long.</exception>
    public string Id { get; init => field = Text(value, nameof(Id)); } = "sub_" + RandomNumberGenerator.GetHexString(IdDigits, lowercase: true);

    /// <summary>A name for people; null for none.</summary>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    public string? Name { get; init => field = value is null ? null : Text(value, nameof(Name)); }

    /// <summary>The kind of receiver. Default: a webhook.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such kind.</exception>
    public EventSubscriptionKind Kind
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(Kind), value, "There is no such kind of receiver.");
    }

    /// <summary>The URL that events are posted to; for e-mail, <c>mailto:</c> and the addresses.</summary>
    public required string Url { get; init; }

    /// <summary>The types that it hears of, of <see cref="BudgetEventTypes"/> or of the application's own; empty for all.</summary>
    /// <exception cref="ArgumentException">There are more than 100, or one is empty or too long.</exception>
    public ImmutableArray<string> Types { get; init => field = Filters(value, nameof(Types)); } = [];

    /// <summary>The scopes that it hears of, as text: <c>user=alice</c>, or <c>each:user</c> for all users; empty for all, and for events without a scope.</summary>
    /// <exception cref="ArgumentException">There are more than 100, or one is no scope.</exception>
    public ImmutableArray<string> Scopes { get; init => field = ScopeFilters(value); } = [];

    /// <summary>False to tell it nothing. What is recorded meanwhile is not told afterwards. A receiver that answers 410 is switched off.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>The reason why it was switched off by itself; null where it was not.</summary>
    public string? DisabledReason { get; init; }

    /// <summary>The time at which it was made, UTC; set when it is.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>True when it is to hear of an event.</summary>
    internal bool Hears(BudgetEvent e) => (Types.IsEmpty || Types.Contains(e.Type)) && (Scopes.IsEmpty || (e.Scope is { } scope && Scopes.Any(filter => IsOf(scope, BudgetScope.Parse(filter)))));

    /// <summary>Compares by content.</summary>
    /// <param name="other">The other subscription.</param>
    public bool Equals(EventSubscription? other) =>
        other is not null && Id == other.Id && Name == other.Name && Kind == other.Kind && Url == other.Url && Types.SequenceEqual(other.Types) && Scopes.SequenceEqual(other.Scopes)
        && IsActive == other.IsActive && DisabledReason == other.DisabledReason && CreatedAt == other.CreatedAt;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Url, CreatedAt);

    private static bool IsOf(BudgetScope scope, BudgetScope filter) => filter.IsEach ? filter.Kind == scope.Kind : filter == scope;

    private static string Text(string text, string member) => string.IsNullOrEmpty(text) || text.Length > LongestText
        ? throw new ArgumentException($"{member} has 1 to {LongestText} characters.", member)
        : text;

    private static ImmutableArray<string> Filters(ImmutableArray<string> filters, string member)
    {
        if (filters.IsDefault)
            return [];
        if (filters.Length > MostFilters)
            throw new ArgumentException($"{member} has at most {MostFilters} entries.", member);
        foreach (var filter in filters)
            Text(filter, member);
        return filters;
    }

    private static ImmutableArray<string> ScopeFilters(ImmutableArray<string> scopes)
    {
        foreach (var scope in scopes.IsDefault ? [] : scopes)
        {
            if (!TryParse(scope))
                throw new ArgumentException(DisplayText.Escape($"'{scope}' is no scope: 'user=alice', 'each:user' or 'global'."), nameof(Scopes));
        }
        return scopes.IsDefault || scopes.Length <= MostFilters ? scopes.IsDefault ? [] : scopes : throw new ArgumentException($"Scopes has at most {MostFilters} entries.", nameof(Scopes));
    }

    private static bool TryParse(string scope)
    {
        try
        {
            _ = BudgetScope.Parse(scope);
            return true;
        }
        catch (Exception e) when (e is FormatException or ArgumentNullException)
        {
            return false;
        }
    }
}
