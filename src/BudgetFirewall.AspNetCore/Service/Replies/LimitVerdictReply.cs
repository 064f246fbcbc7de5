using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A limit's verdict on a request as JSON.</summary>
[Description("The verdict of one limit on the request, and the reason for it. Amounts are exact decimals as strings.")]
internal sealed record LimitVerdictReply
{
    [Description("The id of the budget or rate limit.")]
    public required string Id { get; init; }

    [Description("The name for people of the limit; absent: none.")]
    public string? Name { get; init; }

    [NamesOf<LimitKind>]
    public required string Kind { get; init; }

    [Description("The one scope that is limited, as user=alice.")]
    public required string Scope { get; init; }

    [Description("The usage unit that is counted; absent: money, or the permits of a rate limit.")]
    public string? Unit { get; init; }

    [NamesOf<Verdict>("; would_refuse only for a shadow limit")]
    public required string Verdict { get; init; }

    [Description("Exact seconds after which the limit would have room; absent: it has, or time does not help.")]
    public double? WaitSeconds { get; init; }

    [Description("The amount that there had to be room for.")]
    public required string Needed { get; init; }

    [Description("The amount that must stay free for requests of other priorities; absent: none.")]
    public string? Headroom { get; init; }

    [Description("true when there was room for the request and not for the headroom beside it; absent otherwise.")]
    public bool? IsWithinHeadroom { get; init; }

    [Description("The amount that there was room for before the request.")]
    public required string Available { get; init; }

    [Description("configuration or run_time: the place that the limit's definition comes from.")]
    public required string Source { get; init; }

    [Description("The id of the definition that this one replaces for the scope; absent: none.")]
    public string? ReplacedId { get; init; }

    public static LimitVerdictReply Of(LimitVerdict verdict) => new()
    {
        Id = verdict.Id,
        Name = verdict.Name,
        Kind = WireNames.Of(verdict.Kind),
        Scope = verdict.Scope.ToString(),
        Unit = verdict.Unit,
        Verdict = WireNames.Of(verdict.Verdict),
        WaitSeconds = verdict.Wait?.TotalSeconds,
        Needed = Amounts.Text(verdict.Needed),
        Headroom = verdict.Headroom > 0 ? Amounts.Text(verdict.Headroom) : null,
        IsWithinHeadroom = verdict.IsWithinHeadroom ? true : null,
        Available = Amounts.Text(verdict.Available),
        Source = WireNames.Of(verdict.Source),
        ReplacedId = verdict.ReplacedId,
    };
}
