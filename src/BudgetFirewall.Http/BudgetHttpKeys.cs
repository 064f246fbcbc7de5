namespace BudgetFirewall;

/// <summary>The keys under which a guarded HttpClient looks into <see cref="HttpRequestMessage.Options"/>.</summary>
/// <example><code>
/// request.Options.Set(BudgetHttpKeys.Payer, new BudgetScopeContext { UserId = "alice" });
/// </code></example>
public static class BudgetHttpKeys
{
    /// <summary>Who pays for this one call. What it leaves open is taken from the ambient <see cref="BudgetScopeContext"/>.</summary>
    public static readonly HttpRequestOptionsKey<BudgetScopeContext> Payer = new("BudgetFirewall.Payer");

    /// <summary>What this one call is expected to use, instead of <see cref="BudgetHandlerOptions.ExpectedUsage"/>.</summary>
    public static readonly HttpRequestOptionsKey<BudgetUsage> ExpectedUsage = new("BudgetFirewall.ExpectedUsage");

    /// <summary>The last decision about this request, set by the handler: it says why a synthetic response was given.</summary>
    public static readonly HttpRequestOptionsKey<BudgetDecision> Decision = new("BudgetFirewall.Decision");
}
