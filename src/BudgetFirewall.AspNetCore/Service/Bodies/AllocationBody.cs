using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>A shared cost as JSON.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
[Description("A cost that many share, and how it is divided among scopes.")]
internal sealed class AllocationBody
{
    [Description("The allocation's id, the number of an invoice, say. Required, unless the header Idempotency-Key gives it.")]
    public string? Id { get; init; }

    [Required]
    [Description("What the cost is of, for people who read of it later.")]
    public string? Source { get; init; }

    [Required]
    [Description("The amount: an exact decimal, as string or number, above 0 with at most 9 decimals.")]
    public decimal? Amount { get; init; }

    [Description("The currency, for display; absent: the firewall's.")]
    public string? Currency { get; init; }

    [Required]
    [Description("The first moment of the time that the cost is for, in which use is measured: " + InstantText.Text + ".")]
    public string? From { get; init; }

    [Required]
    [Description("The first moment after that time, in the same way.")]
    public string? To { get; init; }

    [Required]
    [NamesOf<AllocationMethod>]
    public string? Method { get; init; }

    [Description("The unit of usage that is measured, as total_tokens; only for the method by_usage, which needs it.")]
    public string? Unit { get; init; }

    [Description("The kind of scopes of which everybody gets a part who has used something in the time, as project; in place of targets.")]
    public string? Each { get; init; }

    [Description("The scopes that get a part, at most 10,000; in place of each.")]
    public IReadOnlyList<AllocationTargetBody?>? Targets { get; init; }

    [Description("Only use with these scopes is measured, at most 16: an id by kind, as {\"provider\": \"farm\"}.")]
    public IReadOnlyDictionary<string, string>? UsedWith { get; init; }

    [Description("Further scopes that the entries have, as the provider that has sent the bill, at most 16: an id by kind.")]
    public IReadOnlyDictionary<string, string>? Scopes { get; init; }

    [Description("true to spread each part over the days of the time; absent: all is at its beginning.")]
    public bool? IsAmortised { get; init; }

    [Description("The time zone, as Europe/Berlin, by whose clock days begin; absent: UTC.")]
    public string? TimeZone { get; init; }

    [Description("The reason, for people who read of it later.")]
    public string? Reason { get; init; }

    /// <exception cref="FieldException">A value is missing, or none of an allocation.</exception>
    public CostAllocation ToAllocation(string? key, string? partition, string currency, string? by)
    {
        var method = Method ?? throw FieldException.Missing("method");
        return FieldException.Naming("", () => new CostAllocation
        {
            Id = Id ?? key ?? throw FieldException.Missing("id"),
            Partition = partition,
            Source = Source ?? throw FieldException.Missing("source"),
            Amount = Amount ?? throw FieldException.Missing("amount"),
            Currency = Currency ?? currency,
            From = InstantText.Parse(From, "from") ?? throw FieldException.Missing("from"),
            To = InstantText.Parse(To, "to") ?? throw FieldException.Missing("to"),
            Method = WireNames.Parse<AllocationMethod>(method) ?? throw new FieldException("method", $"method must be {WireNames.Choices<AllocationMethod>()}."),
            Unit = Unit,
            Each = Each,
            Targets = [.. (Targets ?? []).Select((target, i) => (target ?? throw FieldException.Missing($"targets[{i}]")).ToTarget($"targets[{i}]"))],
            UsedWith = ScopesOf(UsedWith, "usedWith"),
            Scopes = ScopesOf(Scopes, "scopes"),
            IsAmortised = IsAmortised ?? false,
            TimeZone = TimeZone ?? "UTC",
            Reason = Reason,
            By = by,
        });
    }

    private static Dictionary<string, string> ScopesOf(IReadOnlyDictionary<string, string>? scopes, string field) =>
        (scopes ?? new Dictionary<string, string>()).ToDictionary(scope => scope.Key, scope => LedgerScope.Checked(scope.Key, scope.Value, $"{field}.{scope.Key}"), StringComparer.Ordinal);
}
