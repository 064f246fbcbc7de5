using System.Collections.Frozen;

namespace BudgetFirewall;

/// <summary>What a FOCUS file says that no entry knows: whose bill it is, and what each provider's service is. Immutable.</summary>
/// <example><code>
/// var options = new FocusOptions { BillingAccountId = "acme-ai", ServiceCategories = new Dictionary&lt;string, string&gt; { ["finnhub"] = "Analytics" } };
/// </code></example>
public sealed record FocusOptions
{
    /// <summary>The values that <c>ServiceCategory</c> may have, by FOCUS 1.2.</summary>
    public static IReadOnlySet<string> AllowedServiceCategories { get; } = FrozenSet.ToFrozenSet(
    [
        "AI and Machine Learning", "Analytics", "Business Applications", "Compute", "Databases", "Developer Tools", "Multicloud", "Identity", "Integration", "Internet of Things",
        "Management and Governance", "Media", "Migration", "Mobile", "Networking", "Security", "Storage", "Web", "Other",
    ]);

    /// <summary>The id of the account that pays.</summary>
    /// <exception cref="ArgumentException">The id is blank.</exception>
    public required string BillingAccountId { get; init => field = Filled(value, nameof(BillingAccountId)); }

    /// <summary>The name of the account that pays. Null, the default: it has none but its id.</summary>
    /// <exception cref="ArgumentException">The name is blank.</exception>
    public string? BillingAccountName { get; init => field = value is null ? null : Filled(value, nameof(BillingAccountName)); }

    /// <summary>The provider of what names none. Null, the default: the account that pays, as for a service of its own.</summary>
    /// <exception cref="ArgumentException">The name is blank.</exception>
    public string? DefaultProvider { get; init => field = value is null ? null : Filled(value, nameof(DefaultProvider)); }

    /// <summary>Whoever sends the bills. Null, the default: each provider its own.</summary>
    /// <exception cref="ArgumentException">The name is blank.</exception>
    public string? InvoiceIssuer { get; init => field = value is null ? null : Filled(value, nameof(InvoiceIssuer)); }

    /// <summary>The category of the service of providers that <see cref="ServiceCategories"/> does not name. Default: <c>AI and Machine Learning</c>.</summary>
    /// <exception cref="ArgumentException">It is none of <see cref="AllowedServiceCategories"/>.</exception>
    public string ServiceCategory { get; init => field = Allowed(value, nameof(ServiceCategory)); } = "AI and Machine Learning";

    /// <summary>The category of each provider's service. Default: none.</summary>
    /// <exception cref="ArgumentException">One is none of <see cref="AllowedServiceCategories"/>.</exception>
    public IReadOnlyDictionary<string, string> ServiceCategories
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(ServiceCategories));
            field = value.ToFrozenDictionary(pair => pair.Key, pair => Allowed(pair.Value, $"{nameof(ServiceCategories)}[{DisplayText.Escape(pair.Key)}]"), StringComparer.Ordinal);
        }
    } = FrozenDictionary<string, string>.Empty;

    /// <summary>The time zone, a name of the IANA database, by whose clock months are billed. Default UTC. A report has its own.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>The currency of a report, whose rows have none. Default <c>USD</c>. Entries have their own.</summary>
    /// <exception cref="ArgumentException">The currency is blank.</exception>
    public string Currency { get; init => field = Filled(value, nameof(Currency)); } = "USD";

    internal string AccountName => BillingAccountName ?? BillingAccountId;

    private static string Filled(string value, string member) =>
        string.IsNullOrWhiteSpace(value) ? throw new ArgumentException($"{member} must not be blank.", member) : value;

    private static string Allowed(string value, string member) =>
        AllowedServiceCategories.Contains(value) ? value : throw new ArgumentException($"{member} is '{DisplayText.Escape(value)}', which FOCUS 1.2 does not have: it is one of {string.Join(", ", AllowedServiceCategories.Order(StringComparer.Ordinal))}.", member);
}
