using System.Collections.Frozen;
using Microsoft.Extensions.Options;

namespace BudgetFirewall;

/// <summary>The options in force, checked and frozen.</summary>
internal sealed class FirewallSettings
{
    public required string Currency { get; init; }

    public required IReadOnlyList<Budget> Budgets { get; init; }

    public required IReadOnlyList<RateLimit> RateLimits { get; init; }

    public required IReadOnlyList<QuotaPool> Quotas { get; init; }

    public required TimeSpan QuotaHistory { get; init; }

    public required TimeSpan QuotaReallocation { get; init; }

    public required CostCalculator Prices { get; init; }

    public required ModelPriceBook? PriceBook { get; init; }

    /// <summary>The providers that are metric tags, with the text of each tag.</summary>
    public required FrozenDictionary<string, string> MetricProviders { get; init; }

    public required TimeSpan ReservationLease { get; init; }

    public required TimeSpan MaxWait { get; init; }

    public required FailureMode FailureMode { get; init; }

    public required TimeSpan StoreTimeout { get; init; }

    public required TimeSpan DenialCache { get; init; }

    public required UnbudgetedRequests UnbudgetedRequests { get; init; }

    public required TimeSpan OperationIdRetention { get; init; }

    public required int MaxDimensions { get; init; }

    public required int MaxIdBytes { get; init; }

    public required int MaxUnits { get; init; }

    public required int MaxOpenReservations { get; init; }

    public required string KeyPrefix { get; init; }

    public required string? PartitionBy { get; init; }

    public required bool RequireStoreAtStart { get; init; }

    public required OutboxSettings Outbox { get; init; }

    public required ApprovalSettings Approvals { get; init; }

    public required AlertSettings Alerts { get; init; }

    /// <summary>Names and values that are probably not what was meant.</summary>
    public required IReadOnlyList<string> LikelyMistakes { get; init; }

    /// <summary>The active money budgets when no price at all is configured; otherwise none.</summary>
    public IReadOnlyList<Budget> BudgetsWithoutPrices => Prices.HasPrices ? [] : [.. Budgets.Where(budget => budget is { IsActive: true, Unit: null })];

    /// <summary>Checks options and copies them.</summary>
    /// <param name="options">The options.</param>
    /// <param name="modifiers">The modifiers that change costs as they are computed.</param>
    /// <param name="name">The firewall's name; null for the unnamed one.</param>
    /// <exception cref="OptionsValidationException">The options are not valid; the message has every error, with its path and the value found.</exception>
    public static FirewallSettings Create(BudgetFirewallOptions options, IReadOnlyList<IPriceModifier> modifiers, string? name = null)
    {
        var errors = OptionsCheck.Find(options);
        if (errors.Count > 0)
            throw new OptionsValidationException(name ?? Options.DefaultName, typeof(BudgetFirewallOptions), errors);
        return new()
        {
            Currency = options.Currency,
            Budgets = [.. options.Budgets, .. options.Quotas.SelectMany(PoolBudgets.OfConfigured)],
            RateLimits = [.. options.RateLimits],
            Quotas = [.. options.Quotas],
            QuotaHistory = options.QuotaHistory,
            QuotaReallocation = options.QuotaReallocation,
            Prices = new(options.Pricing, options.Currency, options.MaxCost, modifiers),
            PriceBook = options.Pricing.Book,
            MetricProviders = ProviderNames.Of(options),
            ReservationLease = options.ReservationLease,
            MaxWait = options.MaxWait,
            FailureMode = options.FailureMode,
            StoreTimeout = options.StoreTimeout,
            DenialCache = options.DenialCache,
            UnbudgetedRequests = options.UnbudgetedRequests,
            OperationIdRetention = options.OperationIdRetention,
            MaxDimensions = options.MaxDimensions,
            MaxIdBytes = options.MaxIdBytes,
            MaxUnits = options.MaxUnits,
            MaxOpenReservations = options.MaxOpenReservations,
            KeyPrefix = options.KeyPrefix,
            PartitionBy = options.PartitionBy,
            RequireStoreAtStart = options.RequireStoreAtStart,
            Outbox = OutboxSettings.Of(options.Outbox),
            Approvals = ApprovalSettings.Of(options.Approvals),
            Alerts = AlertSettings.Of(options.Alerts),
            LikelyMistakes = LikelyMistakesCheck.Find(options),
        };
    }
}
