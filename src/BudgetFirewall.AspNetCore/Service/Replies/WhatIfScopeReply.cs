using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A scope and how often it was refused, as JSON.</summary>
[Description("A scope and the number of its refusals.")]
internal sealed record WhatIfScopeReply
{
    public required string Scope { get; init; }

    public required long Refused { get; init; }

    public static WhatIfScopeReply Of(WhatIfScope scope) => new() { Scope = scope.Scope.ToString(), Refused = scope.Refused };
}
