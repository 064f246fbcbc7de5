namespace BudgetFirewall.Tool;

/// <summary>A limit that refuses a request, and the scope for which it does.</summary>
internal sealed record WhatIfRefusalLine(string LimitId, string Kind, string Scope)
{
    public static WhatIfRefusalLine Of(WhatIfRefusal refusal) => new(refusal.LimitId, Texts.Of(refusal.Kind), refusal.Scope.ToString());
}
