using System.Collections.Immutable;
using System.Text.Json;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Takes up the changes that entries tell of: limits set at run time, allowances, resets and corrections. Not thread-safe.</summary>
internal sealed class ReplayedChanges(IBudgetFirewall firewall, ReplayStore store, ScoreCard score, WhatIfRequest request)
{
    // No correction is asked for a second time in a replay.
    private static readonly TimeSpan Retention = TimeSpan.FromHours(1);

    private readonly Dictionary<(string? Partition, string Family), ImmutableArray<CounterRule>> _rules = [];

    /// <summary>Sets or removes a limit as it was set or removed at run time.</summary>
    public async ValueTask ChangeAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        if (!request.TakeUpChanges)
            return;
        _rules.Clear();
        try
        {
            if (entry.After is null)
                _ = entry.Kind == LedgerEntryKind.BudgetChange
                    ? await firewall.Budgets.RemoveAsync(entry.OperationId, entry.Partition, cancellationToken).ConfigureAwait(false)
                    : await firewall.RateLimits.RemoveAsync(entry.OperationId, entry.Partition, cancellationToken).ConfigureAwait(false);
            else
                await SetAsync(entry, entry.After, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or JsonException or BudgetFirewallException)
        {
            score.Omitted(WhatIfOmissionReason.ChangeNotTakenUp, example: e.Message);
        }
    }

    /// <summary>Sets the counter of an entry back, where the other configuration has it.</summary>
    public async ValueTask ResetAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        foreach (var counter in entry.Counters)
        {
            if (await RuleOfAsync(entry, counter, cancellationToken).ConfigureAwait(false) is { } rule)
                await store.ResetAsync(entry.Partition, rule.Family, counter.Scope.Id).ConfigureAwait(false);
            else
                NoSuchCounter(entry, counter);
        }
    }

    /// <summary>Gives or takes back the allowance of an entry, where the other configuration has its counter.</summary>
    public async ValueTask GrantAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        foreach (var counter in entry.Counters.Where(counter => counter.Moved != 0))
        {
            if (await RuleOfAsync(entry, counter, cancellationToken).ConfigureAwait(false) is not { } rule)
            {
                NoSuchCounter(entry, counter);
                continue;
            }
            await store.GrantAsync(new()
            {
                Partition = entry.Partition,
                Rule = rule,
                ScopeId = counter.Scope.Id,
                Amount = Math.Abs(counter.Moved),
                IsRevocation = counter.Moved < 0,
                OperationId = entry.OperationId,
            }).ConfigureAwait(false);
        }
    }

    /// <summary>Takes what was given back of a charge out of the same counters.</summary>
    public async ValueTask CorrectAsync(LedgerEntry entry)
    {
        ImmutableArray<LedgerCounter> corrected = [.. entry.Counters.Where(counter => counter.Moved < 0)];
        if (corrected.IsEmpty)
            return;
        var answer = await store.CorrectAsync(new()
        {
            Partition = entry.Partition,
            CorrectionId = entry.OperationId,
            OperationScope = entry.OperationScope,
            Counters = [.. corrected.Select(counter => new CorrectedCounter(counter.Family, counter.Scope, counter.Unit, LedgerTime.StartOf(counter.PeriodStart), -counter.Moved))],
            Retention = Retention,
            NotAfter = entry.Time + Retention,
            Fingerprint = 0,
        }).ConfigureAwait(false);
        if (answer.Status != CorrectionStatus.Done || answer.Moved.Where((moved, i) => moved != -corrected[i].Moved).Any())
            score.Omitted(WhatIfOmissionReason.CorrectionInPart);
    }

    private async ValueTask SetAsync(LedgerEntry entry, string after, CancellationToken cancellationToken)
    {
        using var json = JsonDocument.Parse(after);
        if (entry.Kind == LedgerEntryKind.BudgetChange)
            await firewall.Budgets.SetAsync(LimitJson.ReadBudget(json.RootElement), entry.Partition, cancellationToken).ConfigureAwait(false);
        else
            await firewall.RateLimits.SetAsync(LimitJson.ReadRateLimit(json.RootElement).RateLimit, entry.Partition, cancellationToken).ConfigureAwait(false);
    }

    private void NoSuchCounter(LedgerEntry entry, LedgerCounter counter) =>
        score.Omitted(WhatIfOmissionReason.ChangeNotTakenUp, example: $"There is no counter {counter.Family} of {counter.Scope} for the {entry.Kind} of {entry.Time:O}.");

    /// <summary>The budget that counts in a counter; null for none.</summary>
    private async ValueTask<CounterRule?> RuleOfAsync(LedgerEntry entry, LedgerCounter counter, CancellationToken cancellationToken)
    {
        var key = (entry.Partition, counter.Family);
        if (!_rules.TryGetValue(key, out var rules))
        {
            var budgets = await firewall.Budgets.ListAsync(entry.Partition, cancellationToken).ConfigureAwait(false);
            _rules.Add(key, rules = [.. budgets.Select(budget => new CounterRule(budget)).Where(rule => rule.Family.Name == counter.Family)]);
        }
        return rules.FirstOrDefault(rule => rule.Budget.Scope == counter.Scope) ?? rules.FirstOrDefault(rule => rule.Budget.Scope.IsEach);
    }
}
