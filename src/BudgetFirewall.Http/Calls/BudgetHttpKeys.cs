namespace BudgetFirewall;

/// <summary>The keys under which a guarded HttpClient looks into <see cref="HttpRequestMessage.Options"/>.</summary>
/// <example><code>
/// request.Options.Set(BudgetHttpKeys.Payer, new BudgetScopeContext { UserId = "alice" });
/// </code></example>
public static class BudgetHttpKeys
{
    /// <summary>The payer of this one call, completed by the ambient <see cref="BudgetScopeContext"/>.</summary>
    public static readonly HttpRequestOptionsKey<BudgetScopeContext> Payer = new("BudgetFirewall.Payer");

    /// <summary>The usage that is expected of this one call, instead of <see cref="BudgetHandlerOptions.ExpectedUsage"/>.</summary>
    public static readonly HttpRequestOptionsKey<BudgetUsage> ExpectedUsage = new("BudgetFirewall.ExpectedUsage");

    /// <summary>The last decision about this request, set by the handler: it says why a synthetic response was given.</summary>
    public static readonly HttpRequestOptionsKey<BudgetDecision> Decision = new("BudgetFirewall.Decision");
}
