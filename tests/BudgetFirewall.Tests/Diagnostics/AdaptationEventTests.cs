using System.Globalization;
using BudgetFirewall.Conformance;
using BudgetFirewall.Tests.Registration;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall.Tests;

/// <summary>An adaptive limit that has changed is told once, to observers, log and meter, and no user is named. The meter is the whole process's, so nothing may run beside.</summary>
[Collection(Alone.Name)]
public sealed class AdaptationEventTests : IDisposable
{
    private const int RateLimitAdapted = 216;

    private static readonly AdaptiveRate Follow = new() { Floor = 1, GrowthPerSecond = 10, Cooldown = TimeSpan.FromMinutes(1) };
    private static readonly BudgetRequest Request = new() { Provider = "openai", UserId = "alice" };

    private readonly MeterRecording _meter = new();
    private readonly RecordingLoggerFactory _log = new();

    [Fact]
    public async Task A_change_is_told_once_with_its_values_and_its_cause()
    {
        var observer = new RecordingObserver();
        await using (var firewall = Build(observer))
        {
            for (var i = 0; i < 3; i++)
                await firewall.RateLimits.ReportAsync(Request, new() { IsOverloaded = true });
            await firewall.RateLimits.ReportAsync(Request, new() { RequestsResetIn = TimeSpan.FromSeconds(9) });
            await firewall.TryCheckAsync(Request);
        }

        observer.Adaptations.Select(told => (told.Scope.ToString(), told.Before, told.After, told.Ceiling, told.Cause)).Should().Equal(
            ("provider=openai", 10m, 7m, 10m, AdaptationCause.Overloaded), ("user=alice", 20m, 14m, 20m, AdaptationCause.Overloaded),
            ("provider=openai", 7m, 7m, 10m, AdaptationCause.Exhausted), ("user=alice", 14m, 14m, 20m, AdaptationCause.Exhausted));
        _meter.Of(BudgetFirewallDiagnostics.AdaptedRateLimits).Select(measured => measured.Tags).Should().Equal(
            "cause=overloaded scope_kind=provider provider=openai", "cause=overloaded scope_kind=user provider=openai",
            "cause=exhausted scope_kind=provider provider=openai", "cause=exhausted scope_kind=user provider=openai");
        _meter.Of(BudgetFirewallDiagnostics.RateLimitScale).Select(measured => string.Create(CultureInfo.InvariantCulture, $"{measured.Value} {measured.Tags}"))
            .Should().Equal(Enumerable.Repeat("0.7 rate_limit=provider=openai/rate", 3));
        _log.Entries.Where(entry => entry.Id == RateLimitAdapted).Select(entry => entry.Message).Should().HaveCount(4).And.Contain(
            "The rate limit 'provider=openai/rate' on a scope of the kind provider goes from 10 to 7 of 10 and pauses for 00:00:00: the provider said Overloaded.");
        _log.Entries.Should().NotContain(entry => entry.Level > LogLevel.Debug && entry.Message.Contains("alice", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        _meter.Dispose();
        _log.Dispose();
    }

    private IBudgetFirewall Build(IBudgetObserver observer) => new BudgetFirewallBuilder()
        .Configure(options => options.RateLimits.AddRange(
        [
            RateLimit.TokenBucket(BudgetScope.Provider("openai"), 10, 10) with { Adaptive = Follow },
            RateLimit.FixedWindow(BudgetScope.User("alice"), 20, TimeSpan.FromHours(1)) with { Adaptive = Follow },
        ]))
        .UseLoggerFactory(_log)
        .AddObserver(observer)
        .Build();
}
