namespace BudgetFirewall;

/// <summary>
/// A request that a hard, throttled or escalating money budget counts has no price: its cost is unknown, which is not zero. Nothing was changed; the call must not be made without a
/// price.
/// The message says how to price it.
/// </summary>
public sealed class UnknownPriceException : BudgetFirewallException
{
    /// <summary>An exception for a request without a price.</summary>
    /// <param name="provider">The provider of the request.</param>
    /// <param name="model">The model of the request; null when it names none.</param>
    /// <param name="reason">A further reason why there is no price, as one sentence; null for none.</param>
    public UnknownPriceException(string provider, string? model, string? reason = null)
        : this(MessageOf(provider, model, reason), provider, model, operationId: null)
    {
    }

    private UnknownPriceException(string message, string provider, string? model, string? operationId) : base(message) =>
        (Provider, Model, OperationId) = (provider, model, operationId);

    /// <summary>The provider of the request.</summary>
    public string Provider { get; }

    /// <summary>The model of the request; null when it names none.</summary>
    public string? Model { get; }

    /// <summary>An exception for a request whose price needs usage that it does not give.</summary>
    internal static UnknownPriceException ForWantOfUsage(string provider, string? model, string units, string? operationId) => new(
        $"The request to the provider '{provider}' gives no usage, and these units have a price: {units}. So what it costs is unknown. Give the request its Usage or its Cost.",
        provider,
        model,
        operationId);

    private static string IfDated(string model) =>
        DatedName.BaseOf(model) is { } name ? $"set Pricing.{nameof(PricingOptions.DatedNamesFallBack)} if it costs what '{name}' costs, " : "";

    private static string MessageOf(string provider, string? model, string? reason)
    {
        var what = model is null ? $"the provider '{provider}'" : $"the model '{model}' of the provider '{provider}'";
        var why = reason is null ? "" : " " + reason;
        var how = model is null
            ? "add the provider to Pricing.Providers, name a model that has a price, set Pricing.DefaultCostPerRequest, or set Pricing.UnknownProviders to Free if such requests cost nothing"
            : $"add the model to Pricing.Models, add its name to Pricing.Aliases if it has a price by another name, {IfDated(model)}or set Pricing.UnknownModels to UseDefaultCost "
                + "and give the provider a price in Pricing.Providers or by Pricing.DefaultCostPerRequest (Pricing.UnknownProviders = Free makes what is still without a price free)";
        return $"There is no price for {what}, so what the request costs is unknown.{why} Give the request its Cost, or {how}.";
    }
}
