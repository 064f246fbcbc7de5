using System.Net;
using BudgetFirewall.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.Http.Tests;

/// <summary>The handler reports by itself what the answers of a provider say of its limits.</summary>
public sealed class AdaptiveLimitTests
{
    private static readonly RateLimit Adaptive = new()
    {
        Scope = BudgetScope.Provider(GuardedApi.Name), Capacity = 100, RefillPerSecond = 100, Adaptive = new() { Floor = 5, GrowthPerSecond = 8 },
    };

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    public async Task An_answer_that_refuses_because_of_load_lowers_the_limit_once_and_pauses_it(HttpStatusCode status)
    {
        await using var api = await StartAsync(() => Answer(status, ("Retry-After", "30")), Adaptive);

        using var first = await api.Client.GetAsync("quote");
        await Assert.ThrowsAsync<RateLimitExceededException>(() => api.Client.GetAsync("quote"));

        first.StatusCode.Should().Be(status);
        var state = await StateAsync(api);
        (state.RefillPerSecond, state.Ceiling).Should().Be((70m, 100m));
        state.PausedFor.Should().BeCloseTo(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(20));
        (await api.BudgetAsync()).Should().Be((0m, 0m));
    }

    [Fact]
    public async Task An_answer_that_is_charged_and_says_that_nothing_is_left_pauses_the_limit_and_does_not_lower_it()
    {
        await using var api = await StartAsync(() => Answer(HttpStatusCode.OK, ("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", "40s")), Adaptive);

        using var response = await api.Client.GetAsync("quote");

        (await response.Content.ReadAsStringAsync()).Should().Be("text");
        var state = await StateAsync(api);
        state.RefillPerSecond.Should().Be(100m);
        state.PausedFor.Should().BeGreaterThan(TimeSpan.FromSeconds(10));
        (await api.BudgetAsync()).Should().Be((1m, 0m));
    }

    [Fact]
    public async Task The_store_is_asked_only_where_an_answer_says_something_and_an_adaptive_limit_is_met()
    {
        var reports = 0;
        await using var healthy = await StartAsync(() => Answer(HttpStatusCode.OK, ("x-ratelimit-remaining-requests", "17"), ("x-ratelimit-reset-requests", "1s")), Adaptive, () => reports++);
        await using var plain = await StartAsync(() => Answer(HttpStatusCode.TooManyRequests, ("Retry-After", "1")), Adaptive with { Adaptive = null }, () => reports++);

        using var fine = await healthy.Client.GetAsync("quote");
        using var refused = await plain.Client.GetAsync("quote");

        reports.Should().Be(0);
        (fine.StatusCode, refused.StatusCode).Should().Be((HttpStatusCode.OK, HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public async Task A_report_that_fails_is_counted_and_does_not_reach_the_caller()
    {
        var troubles = new List<StoreTrouble>();
        await using var api = await StartAsync(() => Answer(HttpStatusCode.TooManyRequests), Adaptive, () => throw new BudgetStoreException("away"), troubles.Add);

        using var response = await api.Client.GetAsync("quote");

        response.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        await UntilAsync(() => troubles.Count > 0);
        troubles.Should().ContainSingle().Which.Operation.Should().Be("adapt");
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 10_000 && !condition(); i++)
            await Task.Delay(5);
    }

    private static HttpResponseMessage Answer(HttpStatusCode status, params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent("text") };
        foreach (var (name, value) in headers)
            response.Headers.TryAddWithoutValidation(name, value);
        return response;
    }

    private static Task<GuardedApi> StartAsync(Func<HttpResponseMessage> answer, RateLimit limit, Action? onReport = null, Action<StoreTrouble>? onTrouble = null) => GuardedApi.StartAsync(
        firewall: options => options.RateLimits.Add(limit),
        within: client =>
        {
            client.AddHttpMessageHandler(() => new AnsweringAs(answer));
            var builder = client.Services.AddBudgetFirewall();
            builder.WrapStore((store, _) => new Reported(store, onReport));
            if (onTrouble is not null)
                client.Services.AddSingleton<IBudgetObserver>(new Troubles(onTrouble));
        });

    private static async Task<RateLimitState> StateAsync(GuardedApi api) =>
        (await api.Firewall.GetStatusAsync(BudgetScope.Provider(GuardedApi.Name))).RateLimits.Should().ContainSingle().Which;

    private sealed class AnsweringAs(Func<HttpResponseMessage> answer) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(answer());
    }

    private sealed class Reported(IBudgetStore inner, Action? onReport) : DelegatingBudgetStore(inner)
    {
        public override ValueTask<AdaptAnswer> AdaptAsync(AdaptCall call)
        {
            onReport?.Invoke();
            return base.AdaptAsync(call);
        }
    }

    private sealed class Troubles(Action<StoreTrouble> onTrouble) : IBudgetObserver
    {
        public void OnStoreTrouble(StoreTrouble trouble) => onTrouble(trouble);
    }
}
