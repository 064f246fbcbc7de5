using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>A ledger that is behind or incomplete is degraded; it is unhealthy only where decisions are refused.</summary>
public sealed class LedgerHealthTests
{
    private static readonly LedgerFeedStatus Well = new(79, IsAtMaxBacklog: false, Failure: null) { MaxBacklog = 100 };

    private readonly ManualTimeProvider _clock = new(new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero));
    private readonly GivenLedger _ledger = new() { Status = Well };

    [Fact]
    public async Task A_ledger_that_is_not_behind_is_healthy() => (await CheckAsync()).Status.Should().Be(HealthStatus.Healthy);

    [Fact]
    public async Task A_firewall_without_a_ledger_is_healthy()
    {
        var services = new ServiceCollection().AddLogging().AddBudgetFirewall(_ => { }).Services;
        services.AddHealthChecks().AddBudgetFirewall();
        await using var provider = services.BuildServiceProvider();

        (await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status.Should().Be(HealthStatus.Healthy);
    }

    [Theory]
    [InlineData(79, HealthStatus.Healthy)]
    [InlineData(80, HealthStatus.Degraded)]
    [InlineData(100, HealthStatus.Degraded)]
    [InlineData(1_234, HealthStatus.Degraded)]
    public async Task A_backlog_near_its_bound_is_degraded(int waiting, HealthStatus expected)
    {
        _ledger.Status = Well with { Waiting = waiting, IsAtMaxBacklog = waiting >= 100 };

        var result = await CheckAsync();

        result.Status.Should().Be(expected);
        if (expected == HealthStatus.Degraded)
            result.Description.Should().Contain(waiting.ToString("N0", CultureInfo.InvariantCulture) + " entries wait, of 100");
    }

    [Theory]
    [InlineData(null, HealthStatus.Unhealthy)]
    [InlineData(HealthStatus.Degraded, HealthStatus.Degraded)]
    public async Task A_backlog_at_which_decisions_are_refused_fails(HealthStatus? failureStatus, HealthStatus expected)
    {
        _ledger.Status = Well with { Waiting = 100, IsAtMaxBacklog = true, IsRefusing = true, SetAside = 2 };

        var result = await CheckAsync(failureStatus: failureStatus);

        result.Status.Should().Be(expected);
        result.Description.Should().Contain("refused");
        result.Data.Should().Contain("waiting", 100).And.Contain("maxBacklog", 100).And.Contain("setAside", 2L);
    }

    [Theory]
    [InlineData(59, HealthStatus.Healthy)]
    [InlineData(60, HealthStatus.Degraded)]
    public async Task A_ledger_that_could_not_be_written_to_for_a_minute_is_degraded(int seconds, HealthStatus expected)
    {
        _ledger.Status = Well with { Waiting = 3, Failure = "password=secret", FailingSince = _clock.GetUtcNow() };
        _clock.Advance(TimeSpan.FromSeconds(seconds));

        var result = await CheckAsync();

        result.Status.Should().Be(expected);
        result.Description.Should().NotContain("secret", "health is shown to strangers");
        if (expected == HealthStatus.Degraded)
            result.Description.Should().Contain("since 2026-03-10 12:00:00Z").And.Contain("3 entries wait");
    }

    [Fact]
    public async Task Entries_that_the_journal_could_not_keep_or_that_were_put_aside_are_degraded()
    {
        _ledger.Status = Well with { Unkept = 4 };
        (await CheckAsync()).Should().Match<HealthReportEntry>(result => result.Status == HealthStatus.Degraded && result.Description!.Contains("4 entries that wait are not in the journal"));
        _ledger.Status = Well with { SetAside = 5 };
        (await CheckAsync()).Should().Match<HealthReportEntry>(result => result.Status == HealthStatus.Degraded && result.Description!.Contains("5 entries were put aside"));
    }

    [Fact]
    public async Task A_difference_between_ledger_and_store_is_degraded_until_a_comparison_finds_none()
    {
        _ledger.Last = new(2, [new(null, new("user/day", BudgetScope.User("alice"), _clock.GetUtcNow(), null, 5), 7)]);
        (await CheckAsync()).Should().Match<HealthReportEntry>(result => result.Status == HealthStatus.Degraded && result.Description!.Contains("1 counters differ"));
        _ledger.Last = new(2, []);
        (await CheckAsync()).Status.Should().Be(HealthStatus.Healthy);
    }

    [Fact]
    public async Task A_named_firewall_has_the_health_of_its_own_ledger()
    {
        _ledger.Status = Well with { SetAside = 5 };

        (await CheckAsync(name: "second")).Status.Should().Be(HealthStatus.Degraded);
    }

    private async Task<HealthReportEntry> CheckAsync(string? name = null, HealthStatus? failureStatus = null)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(_clock);
        services.AddBudgetFirewall(_ => { }, name ?? "");
        _ = name is null ? services.AddSingleton<ILedgerFeed>(_ledger).AddSingleton<ILedgerReconciliation>(_ledger)
            : services.AddKeyedSingleton<ILedgerFeed>(name, _ledger).AddKeyedSingleton<ILedgerReconciliation>(name, _ledger);
        services.AddHealthChecks().AddBudgetFirewall(firewall: name, failureStatus: failureStatus);
        await using var provider = services.BuildServiceProvider();
        return (await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries.Should().ContainSingle().Which.Value;
    }

    /// <summary>A ledger's delivery and comparison that say what they are given.</summary>
    private sealed class GivenLedger : ILedgerFeed, ILedgerReconciliation
    {
        public required LedgerFeedStatus Status { get; set; }

        public LedgerReconciliationResult? Last { get; set; }

        public Task FlushAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public ValueTask<LedgerReconciliationResult> RunAsync(CancellationToken cancellationToken = default) => new(Last!);
    }
}
