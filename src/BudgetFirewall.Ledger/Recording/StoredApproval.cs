using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>An approval as a ledger keeps it in JSON: what was frozen when it was asked for, and its end. The names never change.</summary>
internal sealed class StoredApproval
{
    private static readonly DateTime NoStart = DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc);

    [JsonPropertyName("t")]
    public ApprovalState State { get; set; }

    /// <summary>The budget with the limit that it had, as <see cref="LimitJson"/> writes it.</summary>
    [JsonPropertyName("b")]
    public required JsonElement Budget { get; set; }

    [JsonPropertyName("s")]
    public required string ScopeId { get; set; }

    /// <summary>Null where the period has no bounds.</summary>
    [JsonPropertyName("p")]
    public DateTime? PeriodStart { get; set; }

    [JsonPropertyName("x")]
    public long Spent { get; set; }

    [JsonPropertyName("h")]
    public long Held { get; set; }

    [JsonPropertyName("a")]
    public long Allowance { get; set; }

    [JsonPropertyName("n")]
    public long Need { get; set; }

    [JsonPropertyName("r")]
    public required StoredRequest Request { get; set; }

    [JsonPropertyName("q")]
    public DateTimeOffset RequestedAt { get; set; }

    [JsonPropertyName("e")]
    public DateTimeOffset ExpiresAt { get; set; }

    [JsonPropertyName("k")]
    public DateTimeOffset KeptUntil { get; set; }

    [JsonPropertyName("m")]
    public long Amount { get; set; }

    [JsonPropertyName("w")]
    public string? DecidedBy { get; set; }

    [JsonPropertyName("o")]
    public string? Note { get; set; }

    [JsonPropertyName("d")]
    public DateTimeOffset? DecidedAt { get; set; }

    /// <summary>In hexadecimal digits; null while nothing has ended it.</summary>
    [JsonPropertyName("f")]
    public string? Fingerprint { get; set; }

    /// <summary>The time until which its counter asks for no other; null: it may ask at once.</summary>
    [JsonPropertyName("u")]
    public DateTimeOffset? SilentUntil { get; set; }

    public static StoredApproval Of(ApprovalRecord approval, DateTimeOffset? silentUntil) => new()
    {
        State = approval.State,
        Budget = LimitJson.WriteElement(approval.Rule.Budget),
        ScopeId = approval.ScopeId,
        PeriodStart = approval.PeriodStart == NoStart ? null : approval.PeriodStart,
        Spent = approval.Spent,
        Held = approval.Held,
        Allowance = approval.Allowance,
        Need = approval.Need,
        Request = StoredRequest.Of(approval.Request),
        RequestedAt = approval.RequestedAt,
        ExpiresAt = approval.ExpiresAt,
        KeptUntil = approval.KeptUntil,
        Amount = approval.Amount,
        DecidedBy = approval.DecidedBy,
        Note = approval.Note,
        DecidedAt = approval.DecidedAt,
        Fingerprint = approval.Fingerprint == 0 ? null : approval.Fingerprint.ToString("x32", CultureInfo.InvariantCulture),
        SilentUntil = silentUntil,
    };

    public ApprovalRecord ToApproval(string id) => new()
    {
        Id = id,
        State = State,
        Rule = new CounterRule(LimitJson.ReadBudget(Budget)),
        ScopeId = ScopeId,
        PeriodStart = PeriodStart ?? NoStart,
        Spent = Spent,
        Held = Held,
        Allowance = Allowance,
        Need = Need,
        Request = Request.ToRequest(),
        RequestedAt = RequestedAt,
        ExpiresAt = ExpiresAt,
        KeptUntil = KeptUntil,
        Amount = Amount,
        DecidedBy = DecidedBy,
        Note = Note,
        DecidedAt = DecidedAt,
        Fingerprint = Fingerprint is null ? 0 : UInt128.Parse(Fingerprint, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
    };
}
