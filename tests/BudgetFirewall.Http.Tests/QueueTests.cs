using System.Net;
using BudgetFirewall.Conformance;

namespace BudgetFirewall.Http.Tests;

/// <summary>A guarded client sends at the turn of its call where a limit queues. A turn comes every two seconds, and a call costs 1.</summary>
public sealed class QueueTests
{
    private static readonly BudgetScope Scope = BudgetScope.Provider(GuardedApi.Name);

    private readonly ManualTimeProvider _clock = new(new(2030, 1, 2, 18, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_that_comes_too_early_is_sent_at_its_turn(bool isSynchronous)
    {
        await using var api = await StartAsync();
        (await api.Client.GetAsync("quote")).Dispose();

        var second = isSynchronous ? Task.Run(() => api.Client.Send(new(HttpMethod.Get, "quote"))) : api.Client.GetAsync("quote");
        await WaitingAsync(api, queued: 2m);
        _clock.Advance(TimeSpan.FromMilliseconds(1_999));
        api.Server.Arrived.Should().Be(1);
        second.IsCompleted.Should().BeFalse();
        using (var response = await FinishAsync(second))
            response.StatusCode.Should().Be(HttpStatusCode.OK);

        api.Server.Arrived.Should().Be(2);
        (await api.BudgetAsync()).Should().Be((2m, 0m));
    }

    [Fact]
    public async Task Who_is_cancelled_while_waiting_gives_the_turn_and_the_hold_back_and_nothing_is_sent()
    {
        await using var api = await StartAsync();
        (await api.Client.GetAsync("quote")).Dispose();
        using var leaving = new CancellationTokenSource();

        var second = api.Client.GetAsync("quote", leaving.Token);
        await WaitingAsync(api, queued: 2m);
        await leaving.CancelAsync();
        await second.Invoking(call => call).Should().ThrowAsync<OperationCanceledException>();

        await WaitingAsync(api, queued: 1m);
        (await api.BudgetAsync()).Should().Be((1m, 0m));
        api.Server.Arrived.Should().Be(1);
    }

    [Fact]
    public async Task The_time_out_of_the_client_ends_the_waiting_too()
    {
        await using var api = await StartAsync();
        (await api.Client.GetAsync("quote")).Dispose();
        using var impatient = new HttpClient(new BudgetHandler(api.Firewall, new() { Provider = GuardedApi.Name }) { InnerHandler = new SocketsHttpHandler() });
        (impatient.BaseAddress, impatient.Timeout) = (api.Server.Address, TimeSpan.FromMilliseconds(200));

        await FluentActions.Awaiting(() => impatient.GetAsync("quote")).Should().ThrowAsync<TaskCanceledException>();

        await WaitingAsync(api, queued: 1m);
        (await api.BudgetAsync()).Should().Be((1m, 0m));
        api.Server.Arrived.Should().Be(1);
    }

    private static async Task WaitingAsync(GuardedApi api, decimal queued) => (await Eventually.HoldsAsync(async () =>
        (await api.Firewall.GetStatusAsync(Scope)).RateLimits.Should().ContainSingle().Which.QueueLength == queued)).Should().BeTrue();

    private Task<GuardedApi> StartAsync() =>
        GuardedApi.StartAsync(firewall: options => options.RateLimits.Add(RateLimit.LeakyBucket(Scope, ratePerSecond: 0.5m)), clock: _clock);

    // A call begins to wait a moment after its decision, so that time passes in steps until it is answered.
    private async Task<T> FinishAsync<T>(Task<T> call)
    {
        for (var i = 0; i < 2_000 && !call.IsCompleted; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(2);
        }
        return await call.WaitAsync(TimeSpan.FromMinutes(1));
    }
}
