namespace BudgetFirewall.Ledger.Tests.Alerts;

/// <summary>Alerts in a database, or in memory, and a clock that a test moves.</summary>
public abstract class AlertSuite<THarness> : LedgerSuite<THarness> where THarness : ILedgerHarness, new()
{
    /// <summary>False for alerts in memory.</summary>
    private protected virtual bool HasLedger => true;

    private protected AlertProcess Start(Action<AlertOptions>? alerts = null, Action<BudgetFirewallOptions>? configure = null, Action<BudgetFirewallServiceBuilder>? use = null, string? name = null) => new(
        Clock,
        builder =>
        {
            if (HasLedger)
                builder.UseLedger(_ => Harness.Open(Clock));
            use?.Invoke(builder);
        },
        configure,
        alerts,
        name);

    /// <summary>A process in which one rule chooses everything that is not informative.</summary>
    private protected AlertProcess StartWith(AlertRule rule, Action<AlertOptions>? alerts = null) => Start(options =>
    {
        options.Rules.Add(rule);
        alerts?.Invoke(options);
    });

    private protected BudgetEvent Event(string type, string subject = "s", BudgetScope? scope = null, BudgetEventData? data = null) =>
        new(type, Clock.GetUtcNow(), subject) { Scope = scope, Data = (data ?? new()) with { Scope = scope?.ToString() } };

    private protected BudgetEvent Threshold(BudgetScope scope, decimal threshold = 0.9m) =>
        Event(BudgetEventTypes.ThresholdCrossed, "b", scope, new() { BudgetId = "b", Threshold = threshold, Limit = 10m, Spent = 9.5m });

    private protected static Budget Daily(BudgetScope scope) => new() { Id = "b", Scope = scope, Limit = 10m, WarnAt = [] };

    private protected static BudgetRequest By(string user, decimal cost) => new() { Provider = "openai", UserId = user, Cost = cost };

    private protected static Task HearAsync(Func<int> count, int expected) => WaitUntilAsync(() => Task.FromResult(count() >= expected));

    private protected static async Task<Alert> OnlyAsync(AlertProcess process, Func<Alert, bool>? isSo = null)
    {
        await WaitUntilAsync(async () => await process.ListAsync() is [var only] && (isSo is null || isSo(only)));
        return (await process.ListAsync()).Should().ContainSingle().Subject;
    }
}
