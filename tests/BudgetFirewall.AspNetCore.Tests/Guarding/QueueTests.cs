using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>A guarded endpoint runs at its turn where a limit queues. A turn comes every two seconds, and two may wait.</summary>
public sealed class QueueTests
{
    private static readonly BudgetScope Scope = BudgetScope.Provider("openai");

    private readonly ManualTimeProvider _clock = new(new(2030, 1, 2, 18, 0, 0, TimeSpan.Zero));
    private int _runs;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_that_comes_too_early_runs_at_its_turn(bool isCharged)
    {
        await using var app = await StartAsync(isCharged);
        (await app.Client.GetAsync("/paid")).StatusCode.Should().Be(HttpStatusCode.OK);

        var second = app.Client.GetAsync("/paid");
        await Eventually.HoldsAsync(async () => await QueuedAsync(app) == 2m);
        _clock.Advance(TimeSpan.FromMilliseconds(1_999));
        _runs.Should().Be(1);
        second.IsCompleted.Should().BeFalse();
        (await FinishAsync(second)).StatusCode.Should().Be(HttpStatusCode.OK);

        _runs.Should().Be(2);
        (await app.SpentOnceSettledAsync(Scope)).Should().Be(isCharged ? 2m : 0m);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_caller_who_goes_away_gives_the_turn_and_the_hold_back_and_nothing_runs(bool isCharged)
    {
        await using var app = await StartAsync(isCharged);
        await app.Client.GetAsync("/paid");
        using var leaving = new CancellationTokenSource();

        var second = app.Client.GetAsync("/paid", leaving.Token);
        await Eventually.HoldsAsync(async () => await QueuedAsync(app) == 2m);
        await leaving.CancelAsync();
        await second.Invoking(call => call).Should().ThrowAsync<OperationCanceledException>();

        await Eventually.HoldsAsync(async () => await QueuedAsync(app) == 1m);
        (await app.SpentOnceSettledAsync(Scope)).Should().Be(isCharged ? 1m : 0m);
        _runs.Should().Be(1);
    }

    [Fact]
    public async Task A_request_that_finds_the_queue_full_is_429_with_the_time_until_it_has_a_place()
    {
        await using var app = await StartAsync(isCharged: true);
        await app.Client.GetAsync("/paid");
        var waiting = new[] { app.Client.GetAsync("/paid"), app.Client.GetAsync("/paid") };
        await Eventually.HoldsAsync(async () => await QueuedAsync(app) == 3m);

        var refused = await app.Client.GetAsync("/paid");

        refused.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(2));
        ((string)(await Problem.OfAsync(refused, 429))["decision"]!).Should().Be("rate_limited");
        foreach (var call in waiting)
            (await FinishAsync(call)).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    private static async Task<decimal?> QueuedAsync(TestApp app) => (await app.Firewall.GetStatusAsync(Scope)).RateLimits.Should().ContainSingle().Which.QueueLength;

    // A request begins to wait a moment after its decision, so that time passes in steps until it is answered.
    private async Task<HttpResponseMessage> FinishAsync(Task<HttpResponseMessage> call)
    {
        for (var i = 0; i < 2_000 && !call.IsCompleted; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(2);
        }
        return await call.WaitAsync(TimeSpan.FromMinutes(1));
    }

    private Task<TestApp> StartAsync(bool isCharged) => TestApp.StartAsync(
        options =>
        {
            options.Budgets.Add(new() { Scope = Scope, Limit = 5m });
            options.RateLimits.Add(RateLimit.LeakyBucket(Scope, ratePerSecond: 0.5m, queueLimit: 2));
        },
        app =>
        {
            app.UseBudgetFirewall(options => options.ChargeRequests = isCharged);
            app.MapGet("/paid", () => Interlocked.Increment(ref _runs)).RequireBudget("openai", options => options.Cost = 1m);
        },
        builder => builder.Services.AddSingleton<TimeProvider>(_clock));
}
