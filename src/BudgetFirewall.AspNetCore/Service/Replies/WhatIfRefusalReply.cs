using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A limit that refuses a request, as JSON.</summary>
[Description("A limit that refuses a request, and the scope for which it does.")]
internal sealed record WhatIfRefusalReply
{
    public required string LimitId { get; init; }

    [NamesOf<LimitKind>]
    public required string Kind { get; init; }

    public required string Scope { get; init; }

    public static WhatIfRefusalReply Of(WhatIfRefusal refusal) => new() { LimitId = refusal.LimitId, Kind = WireNames.Of(refusal.Kind), Scope = refusal.Scope.ToString() };
}
