using System.Net;

namespace BudgetFirewall.Http.Tests;

public sealed class RetryTests
{
    [Fact]
    public async Task With_the_retry_around_each_attempt_is_decided_and_charged_by_its_own_answer()
    {
        await using var api = await GuardedApi.StartAsync(around: StandardRetry.Add);

        (await api.Client.GetStringAsync("flaky/2")).Should().Be("at last");

        api.Server.Arrived.Should().Be(3);
        api.Settled.Count.Should().Be(3);
        (await api.BudgetAsync()).Should().Be((1m, 0m));
    }

    [Fact]
    public async Task With_the_retry_around_each_attempt_that_a_provider_charges_for_counts()
    {
        await using var api = await GuardedApi.StartAsync(options => options.IsCharged = _ => true, around: StandardRetry.Add);

        (await api.Client.GetStringAsync("flaky/2")).Should().Be("at last");

        (await api.BudgetAsync()).Should().Be((3m, 0m));
    }

    [Fact]
    public async Task With_the_retry_within_all_attempts_are_one_call()
    {
        await using var api = await GuardedApi.StartAsync(options => options.IsCharged = _ => true, within: StandardRetry.Add);

        (await api.Client.GetStringAsync("flaky/2")).Should().Be("at last");

        api.Server.Arrived.Should().Be(3);
        (await api.BudgetAsync()).Should().Be((1m, 0m));
        api.Settled.Should().ContainSingle();
    }

    [Fact]
    public async Task With_the_retry_within_the_last_answer_decides()
    {
        await using var api = await GuardedApi.StartAsync(within: StandardRetry.Add);

        using var response = await api.Client.GetAsync("flaky/100");

        api.Server.Arrived.Should().Be(4);
        (await api.BudgetAsync()).Should().Be((0m, 0m));
    }

    [Fact]
    public async Task A_denial_is_not_retried()
    {
        await using var api = await StartDeniedAsync();

        await FluentActions.Awaiting(() => api.Client.GetAsync("quote")).Should().ThrowExactlyAsync<BudgetExceededException>();

        api.Server.Arrived.Should().Be(0);
    }

    [Fact]
    public async Task A_402_in_place_of_a_denial_is_not_retried_either()
    {
        var denials = 0;
        await using var api = await StartDeniedAsync(options => options.OnDenied = decision =>
        {
            denials++;
            return DeniedResponse.Create(decision);
        });

        using var response = await api.Client.GetAsync("quote");

        response.StatusCode.Should().Be(HttpStatusCode.PaymentRequired);
        denials.Should().Be(1);
    }

    [Fact]
    public async Task A_429_in_place_of_a_denial_is_retried_as_one_of_the_provider_would_be()
    {
        var denials = 0;
        await using var api = await StartDeniedAsync(options => options.OnDenied = _ =>
        {
            denials++;
            return new HttpResponseMessage(HttpStatusCode.TooManyRequests);
        });

        using var response = await api.Client.GetAsync("quote");

        denials.Should().Be(4);
        api.Server.Arrived.Should().Be(0);
    }

    [Fact]
    public async Task A_content_is_sent_again_with_each_attempt()
    {
        await using var api = await GuardedApi.StartAsync(
            around: StandardRetry.Add,
            within: client => FailingOnce.Add(client));

        using var response = await api.Client.PostAsync("take", new StringContent("twelve bytes"));

        (await response.Content.ReadAsStringAsync()).Should().Be("12");
        api.Settled[^1].Usage!.RequestBytes.Should().Be(12);
        (await api.BudgetAsync()).Should().Be((1m, 0m));
    }

    private static Task<GuardedApi> StartDeniedAsync(Action<BudgetHandlerOptions>? configure = null) => GuardedApi.StartAsync(
        configure,
        options =>
        {
            options.Budgets.Clear();
            options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 0m });
        },
        around: StandardRetry.Add);
}
