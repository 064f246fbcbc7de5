using System.Text;

namespace BudgetFirewall.Http.Tests.Formats;

/// <summary>Calls that read, delete, cancel or count tokens are free unless something prices a call as such or its bytes: then they are held and charged by that price, and so can be refused.</summary>
public sealed class FreeCallTests
{
    public static TheoryData<string, string> Calls => new()
    {
        { "GET", "models" },
        { "HEAD", "models" },
        { "DELETE", "responses/resp_1" },
        { "POST", "responses/resp_1/cancel" },
        { "POST", "responses/input_tokens" },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_price_of_the_provider_for_a_call_is_held_and_refuses_what_passes_the_limit(string method, string path)
    {
        await using var model = OpenAI(options => options.Pricing.Providers["openai"] = 0.01m);

        (await SendAsync(model, method, path, times: 20)).Should().Be(5);

        (await model.BudgetAsync()).Should().Be((0.05m, 0m));
        model.Settled.Should().AllSatisfy(call => call.Receipt!.Cost.Should().Be(0.01m));
    }

    [Fact]
    public async Task A_default_price_for_a_call_refuses_what_passes_the_limit()
    {
        await using var model = OpenAI(options => options.Pricing.DefaultCostPerRequest = 0.01m);

        (await SendAsync(model, "GET", "models", times: 20)).Should().Be(5);
    }

    [Fact]
    public async Task A_price_of_the_unit_request_refuses_what_passes_the_limit()
    {
        await using var model = OpenAI(options => options.Pricing.Units["request"] = 0.01m);

        (await SendAsync(model, "GET", "models", times: 20)).Should().Be(5);
    }

    [Fact]
    public async Task A_price_of_bytes_refuses_once_the_budget_is_spent()
    {
        await using var model = OpenAI(options => options.Pricing.Units["kb"] = 0.01m);
        model.Answer(GuardedModel.Json, new string(' ', 1_024));

        (await SendAsync(model, "GET", "models", times: 20)).Should().Be(5);

        (await model.BudgetAsync()).Should().Be((0.05m, 0m));
    }

    [Fact]
    public async Task The_bytes_that_are_expected_of_a_call_are_held_for_one_that_only_reads()
    {
        await using var model = OpenAI(
            options => options.Pricing.Units["kb"] = 0.01m,
            options => options.ExpectedUsage = BudgetUsage.Tokens(10, 10) with { ResponseBytes = 6 * 1_024 });

        (await SendAsync(model, "GET", "models", times: 1)).Should().Be(0);
    }

    [Fact]
    public async Task A_usage_given_for_a_message_that_only_reads_is_what_is_held()
    {
        await using var model = OpenAI(options => options.Pricing.Units["query"] = 0.01m);
        using var request = new HttpRequestMessage(HttpMethod.Get, "models");
        request.Options.Set(BudgetHttpKeys.ExpectedUsage, new BudgetUsage { Units = new Dictionary<string, decimal> { ["query"] = 6 } });

        var sending = () => model.Client.SendAsync(request);

        await sending.Should().ThrowAsync<BudgetDeniedException>();
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Where_nothing_prices_a_call_it_is_free_however_little_is_left(string method, string path)
    {
        await using var model = OpenAI(options => options.Budgets[0] = new Budget { Scope = BudgetScope.Global, Limit = 0m });

        (await SendAsync(model, method, path, times: 3)).Should().Be(3);

        (await model.BudgetAsync()).Should().Be((0m, 0m));
        model.Settled.Should().AllSatisfy(call => (call.Receipt!.Cost, call.IsEstimated).Should().Be((0m, false)));
        model.Log.Written.Should().BeEmpty();
    }

    [Fact]
    public async Task A_model_that_a_delegate_names_does_not_make_reading_cost_anything()
    {
        await using var model = OpenAI(configure: options => options.Describe = (http, request) => request with { Model = "m" });

        (await SendAsync(model, "GET", "models", times: 3)).Should().Be(3);

        (await model.BudgetAsync()).Should().Be((0m, 0m));
        model.Settled.Should().AllSatisfy(call => (call.Receipt!.Cost, call.IsEstimated).Should().Be((0m, false)));
    }

    [Fact]
    public async Task A_cost_that_a_delegate_gives_is_what_is_held_for_a_call_that_only_reads()
    {
        await using var model = OpenAI(configure: options => options.Describe = (http, request) => request with { Cost = 0.03m });

        (await SendAsync(model, "GET", "models", times: 3)).Should().Be(1);
    }

    [Fact]
    public async Task Bytes_of_calls_that_only_read_count_in_budgets_of_bytes()
    {
        await using var model = OpenAI(options => options.Budgets[0] = new Budget { Scope = BudgetScope.Global, Limit = 3m, Unit = "kb" });
        model.Answer(GuardedModel.Json, new string(' ', 1_024));

        (await SendAsync(model, "GET", "models", times: 20)).Should().Be(3);
    }

    // A limit of 0.05; nothing is priced but what is configured here.
    private static GuardedModel OpenAI(Action<BudgetFirewallOptions>? configureFirewall = null, Action<BudgetHandlerOptions>? configure = null)
    {
        var model = new GuardedModel(
            options =>
            {
                options.UseOpenAI();
                configure?.Invoke(options);
            },
            configureFirewall: options =>
            {
                options.Budgets[0] = new Budget { Scope = BudgetScope.Global, Limit = 0.05m };
                options.Pricing.UnknownProviders = UnknownProviderPolicy.Refuse;
                configureFirewall?.Invoke(options);
            });
        model.Answer(GuardedModel.Json, Bodies.Response);
        return model;
    }

    // How many calls were granted.
    private static async Task<int> SendAsync(GuardedModel model, string method, string path, int times)
    {
        var granted = 0;
        for (var i = 0; i < times; i++)
        {
            using var request = new HttpRequestMessage(new(method), path);
            if (method == "POST")
                request.Content = new StringContent(GuardedModel.Chat, Encoding.UTF8, GuardedModel.Json);
            try
            {
                using var response = await model.Client.SendAsync(request);
                granted++;
            }
            catch (BudgetDeniedException)
            {
            }
        }
        return granted;
    }
}
