using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

internal static partial class ConfigurationLog
{
    [LoggerMessage(LogEvents.ConfigurationRejected, LogLevel.Error, "The changed configuration is not valid; the former one stays in force: {Errors}")]
    public static partial void ConfigurationRejected(ILogger logger, Exception? exception, string errors);

    [LoggerMessage(LogEvents.ConfigurationChanged, LogLevel.Information, "A changed configuration is in force: {Budgets} budgets, {RateLimits} rate limits.")]
    public static partial void ConfigurationChanged(ILogger logger, int budgets, int rateLimits);

    [LoggerMessage(LogEvents.PriceBookInForce, LogLevel.Information, "Model prices in force: {Book}.")]
    public static partial void PriceBookInForce(ILogger logger, ModelPriceBook book);

    [LoggerMessage(LogEvents.PriceBookWarning, LogLevel.Warning, "{Count} model prices look wrong, the first of them that of '{Model}': {Field} {Reason}.")]
    public static partial void PriceBookWarning(ILogger logger, int count, string model, string? field, string reason);

    [LoggerMessage(LogEvents.BudgetsWithoutPrices, LogLevel.Warning,
        "{Count} budgets count money (of the kinds {ScopeKinds}) and nothing is priced: hard ones refuse to reserve, spend and charge what gives no Cost, and soft ones count it as 0. "
        + "Configure prices in Pricing (Providers, Models, PriceFile, Units or DefaultCostPerRequest), give each request its Cost, or set Pricing.UnknownProviders to Free.")]
    public static partial void BudgetsWithoutPrices(ILogger logger, int count, string scopeKinds);

    [LoggerMessage(LogEvents.LikelyMistakes, LogLevel.Warning, "The configuration is valid and probably not what was meant: {Mistakes}.")]
    public static partial void LikelyMistakes(ILogger logger, string mistakes);
}
