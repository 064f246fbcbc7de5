using System.Globalization;
using Microsoft.AspNetCore.Mvc.Filters;

namespace BudgetFirewall;

/// <summary>
/// Guards a controller, an action or a route handler: budget is reserved before it runs and charged afterwards.
/// Needs <c>app.UseBudgetFirewall()</c>; a controller without it fails every request.
/// </summary>
/// <example><code>
/// [RequireBudget("openai", Operation = "chat", Cost = "0.02")]
/// public Task&lt;IActionResult&gt; Chat(ChatMessage message, [FromServices] IBudgetContext budget) => …
/// </code></example>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RequireBudgetAttribute : Attribute, IBudgetRequirement, IResourceFilter
{
    /// <summary>Guards with the provider that is inherited.</summary>
    public RequireBudgetAttribute()
    {
    }

    /// <summary>Guards calls to a provider.</summary>
    /// <param name="provider">The provider that is paid.</param>
    /// <exception cref="ArgumentException"><paramref name="provider"/> is null or empty.</exception>
    public RequireBudgetAttribute(string provider)
    {
        ArgumentException.ThrowIfNullOrEmpty(provider);
        Provider = provider;
    }

    /// <summary>The provider that is paid; null: inherited.</summary>
    public string? Provider { get; }

    /// <summary>The operation; null: inherited.</summary>
    public string? Operation { get; set; }

    /// <summary>The model; null: inherited.</summary>
    public string? Model { get; set; }

    /// <summary>The name of the firewall; null: inherited.</summary>
    public string? Firewall { get; set; }

    /// <summary>The expected cost of a call in currency units, as text, since attributes have no decimals: <c>"0.02"</c>. Null: inherited.</summary>
    /// <exception cref="FormatException">The text is not a number with a point.</exception>
    public string? Cost
    {
        get => _cost?.ToString(CultureInfo.InvariantCulture);
        set => _cost = value is null ? null : decimal.Parse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
    }

    private decimal? _cost;

    void IBudgetRequirement.ApplyTo(BudgetEndpointOptions options)
    {
        options.Provider = Provider ?? options.Provider;
        options.Firewall = Firewall ?? options.Firewall;
        options.Cost = _cost ?? options.Cost;
        if (Operation is { } operation)
            options.Operation = _ => operation;
        if (Model is { } model)
            options.Model = _ => model;
    }

    void IResourceFilter.OnResourceExecuting(ResourceExecutingContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        UnguardedCheck.Check(context.HttpContext);
    }

    void IResourceFilter.OnResourceExecuted(ResourceExecutedContext context)
    {
    }
}
