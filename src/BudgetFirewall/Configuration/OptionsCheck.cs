namespace BudgetFirewall;

/// <summary>Finds all errors in options, whether set in code or read from configuration.</summary>
internal static class OptionsCheck
{
    /// <summary>The errors, each with its path and the value found; empty when the options are valid.</summary>
    public static List<string> Find(BudgetFirewallOptions options)
    {
        List<string> errors = [.. options.ReadingErrors];
        Check(errors, nameof(options.Currency), options.Currency, OptionRange.Currency);
        Check(errors, nameof(options.ReservationLease), options.ReservationLease, OptionRange.ReservationLease);
        Check(errors, nameof(options.MaxWait), options.MaxWait, OptionRange.MaxWait);
        Check(errors, nameof(options.FailureMode), options.FailureMode, OptionRange.FailureMode);
        Check(errors, nameof(options.StoreTimeout), options.StoreTimeout, OptionRange.StoreTimeout);
        Check(errors, nameof(options.DenialCache), options.DenialCache, OptionRange.DenialCache);
        Check(errors, nameof(options.UnbudgetedRequests), options.UnbudgetedRequests, OptionRange.UnbudgetedRequests);
        Check(errors, nameof(options.OperationIdRetention), options.OperationIdRetention, OptionRange.OperationIdRetention);
        Check(errors, nameof(options.QuotaHistory), options.QuotaHistory, OptionRange.QuotaHistory);
        Check(errors, nameof(options.QuotaReallocation), options.QuotaReallocation, OptionRange.QuotaReallocation);
        Check(errors, nameof(options.MaxCost), options.MaxCost, OptionRange.MaxCost);
        Check(errors, nameof(options.MaxDimensions), options.MaxDimensions, OptionRange.MaxDimensions);
        Check(errors, nameof(options.MaxIdBytes), options.MaxIdBytes, OptionRange.MaxIdBytes);
        Check(errors, nameof(options.MaxUnits), options.MaxUnits, OptionRange.MaxUnits);
        Check(errors, nameof(options.MaxOpenReservations), options.MaxOpenReservations, OptionRange.MaxOpenReservations);
        Check(errors, nameof(options.KeyPrefix), options.KeyPrefix, OptionRange.KeyPrefix);
        Check(errors, nameof(options.PartitionBy), options.PartitionBy, OptionRange.PartitionBy);
        CheckMetricProviders(errors, options.MetricProviders);
        Check(errors, $"{nameof(options.Outbox)}:{nameof(OutboxOptions.Path)}", options.Outbox.Path, OptionRange.OutboxPath);
        Check(errors, $"{nameof(options.Outbox)}:{nameof(OutboxOptions.Capacity)}", options.Outbox.Capacity, OptionRange.OutboxCapacity);
        Check(errors, $"{nameof(options.Outbox)}:{nameof(OutboxOptions.DrainTimeout)}", options.Outbox.DrainTimeout, OptionRange.OutboxDrainTimeout);
        CheckApprovals(errors, options.Approvals);
        CheckAlerts(errors, options.Alerts);
        LimitsCheck.Find(options, errors);
        LimitsPerScope.Find(options, errors);
        PricingValidator.Validate(options.Pricing, nameof(options.Pricing), errors);
        PricingValidator.ValidateAliases(options.Pricing, nameof(options.Pricing), errors);
        return errors;
    }

    private static void CheckApprovals(List<string> errors, ApprovalOptions options)
    {
        const string Section = nameof(BudgetFirewallOptions.Approvals);
        Check(errors, $"{Section}:{nameof(options.Lifetime)}", options.Lifetime, OptionRange.ApprovalLifetime);
        Check(errors, $"{Section}:{nameof(options.Retention)}", options.Retention, OptionRange.ApprovalRetention);
        Check(errors, $"{Section}:{nameof(options.AskAgainAfter)}", options.AskAgainAfter, OptionRange.ApprovalAskAgainAfter);
        Check(errors, $"{Section}:{nameof(options.Wait)}", options.Wait, OptionRange.ApprovalWait);
    }

    private static void CheckAlerts(List<string> errors, AlertOptions options)
    {
        const string Section = nameof(BudgetFirewallOptions.Alerts);
        Check(errors, $"{Section}:{nameof(options.Above)}", options.Above, OptionRange.AlertAbove);
        Check(errors, $"{Section}:{nameof(options.LookEvery)}", options.LookEvery, OptionRange.AlertLookEvery);
        Check(errors, $"{Section}:{nameof(options.MaxScopes)}", options.MaxScopes, OptionRange.AlertMaxScopes);
        Check(errors, $"{Section}:{nameof(options.MaxOpen)}", options.MaxOpen, OptionRange.AlertMaxOpen);
        Check(errors, $"{Section}:{nameof(options.KeepFor)}", options.KeepFor, OptionRange.AlertKeepFor);
        const string Rules = nameof(options.Rules);
        if (options.Rules.Count > OptionRange.MaxAlertRules)
            errors.Add($"{Section}:{Rules} must have at most {OptionRange.MaxAlertRules} rules but has {options.Rules.Count}");
        for (var i = 0; i < options.Rules.Count; i++)
        {
            if (options.Rules[i] is not { } rule)
                errors.Add($"{Section}:{Rules}:{i} must not be null");
            else if (options.Rules.Take(i).Any(other => other?.Name == rule.Name))
                errors.Add($"{Section}:{Rules}:{i}:{nameof(rule.Name)} must be a name that no other rule has but is {OptionError.Quote(rule.Name)}");
            // Who was told would be forgotten, and told again too early.
            if (options.Rules[i] is { } quiet && quiet.QuietFor > options.KeepFor)
                errors.Add($"{Section}:{nameof(options.KeepFor)} must not be below {Section}:{Rules}:{i}:{nameof(quiet.QuietFor)}, which is '{quiet.QuietFor:c}', but is '{options.KeepFor:c}'");
        }
    }

    private static void CheckMetricProviders(List<string> errors, IList<string> providers)
    {
        if (providers.Count > OptionRange.MaxMetricProviders)
            errors.Add($"{nameof(BudgetFirewallOptions.MetricProviders)} must have at most {OptionRange.MaxMetricProviders} names but has {providers.Count}");
        for (var i = 0; i < providers.Count; i++)
            Check(errors, $"{nameof(BudgetFirewallOptions.MetricProviders)}:{i}", providers[i], OptionRange.MetricProvider);
    }

    private static void Check<T>(List<string> errors, string path, T value, Func<T, T> range) =>
        OptionError.Try(errors, path, value, () => range(value));
}
