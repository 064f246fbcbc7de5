namespace BudgetFirewall.Tool;

/// <summary>A scope, and how often it was refused.</summary>
internal sealed record WhatIfScopeLine(string Scope, long Refused)
{
    public static WhatIfScopeLine Of(WhatIfScope scope) => new(scope.Scope.ToString(), scope.Refused);
}
