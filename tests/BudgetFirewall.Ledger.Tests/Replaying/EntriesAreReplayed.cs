using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>A replay decides as the firewall did, and tells what another configuration would have decided.</summary>
public abstract class EntriesAreReplayed<THarness> : LedgerSuite<THarness> where THarness : ILedgerHarness, new()
{
    private ServiceProvider Build(Action<BudgetFirewallOptions> limits, Action<LedgerOptions>? configure = null) => new ServiceCollection()
        .AddBudgetFirewall(limits)
        .UseLedger(Harness.Open, options =>
        {
            (options.RecordAllowed, options.DenialsPerMinute) = (true, 100_000);
            configure?.Invoke(options);
        }).Services
        .AddSingleton<TimeProvider>(Clock).BuildServiceProvider();

    private WhatIfRequest Of(Action<BudgetFirewallOptions> limits) => new() { From = Noon, To = Noon.AddDays(2), Configure = limits };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task The_same_configuration_decides_a_day_of_all_kinds_of_limits_exactly_as_it_was_decided(int seed)
    {
        await using (var services = Build(RecordedDay.Limits))
            await new RecordedDay(services, Clock, seed).PlayAsync(1_000);
        var entries = await ReadAllAsync(new());

        var report = await WhatIf.RunAsync(Ledger, Of(RecordedDay.Limits));

        report.FirstDifferences.Should().BeEmpty();
        report.Differences.Should().Be(0);
        report.Omissions.Should().BeEmpty();
        report.Entries.Should().Be(entries.Count);
        report.Refused.Should().Be(entries.Count(entry => entry.Kind == LedgerEntryKind.Denial && entry.Outcome != DecisionOutcome.Allowed)).And.BeGreaterThan(50);
        foreach (var name in new[] { "users", "bob", "tokens", "shadow", "slow", "asking", "team", "bucket", "queue", "fixed", "sliding", "watched" })
            report.Limits.Should().Contain(limit => limit.Id == name && limit.Refused > 0, "the day is to try every kind of limit");
        report.Limits.Where(limit => limit.Enforcement == Enforcement.Shadow).Sum(limit => limit.Refused).Should().Be(report.PastLimits.Where(limit => limit.IsShadow).Sum(limit => limit.Refused));
        report.Limits.Single(limit => limit.Id == "queue").Delayed.Should().BeGreaterThan(0);
    }
}
