using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>What a request is counted as, where that takes a query of a database or the request's body.</summary>
public sealed class AsyncExtractorTests
{
    [Fact]
    public async Task User_project_model_operation_and_dimensions_may_be_awaited()
    {
        BudgetRequest? seen = null;
        await using var app = await StartAsync(o =>
        {
            o.UserIdAsync = async context => await LookUpAsync(context.Request.Headers["key"]!);
            o.ProjectIdAsync = _ => LookUpAsync("project");
            o.ModelAsync = _ => LookUpAsync("model");
            o.OperationAsync = _ => LookUpAsync("operation");
            o.DimensionsAsync = async _ => new Dictionary<string, string> { ["tenant"] = (await LookUpAsync("tenant"))! };
        }, request => seen = request);
        using var message = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "key", "alice" } } };

        (await app.Client.SendAsync(message)).StatusCode.Should().Be(HttpStatusCode.OK);

        (seen!.UserId, seen.ProjectId, seen.Model, seen.Operation, seen.Dimensions!["tenant"]).Should().Be(("db-alice", "db-project", "db-model", "db-operation", "db-tenant"));
    }

    [Fact]
    public async Task Of_the_two_delegates_for_one_thing_the_one_that_was_set_last_counts()
    {
        BudgetRequest? seen = null;
        await using var app = await StartAsync(
            o =>
            {
                o.Model = _ => "of the endpoint";
                o.OperationAsync = _ => new("awaited");
                o.UserIdAsync = null;
            },
            request => seen = request,
            defaults =>
            {
                defaults.ModelAsync = _ => new("of the defaults");
                defaults.Operation = _ => "of the defaults";
                defaults.UserId = _ => "somebody";
            });

        await app.Client.GetAsync("/");

        (seen!.Model, seen.Operation, seen.UserId).Should().Be(("of the endpoint", "awaited", "somebody"));
    }

    [Fact]
    public async Task The_body_is_read_for_the_model_and_again_by_the_endpoint()
    {
        BudgetRequest? seen = null;
        await using var app = await StartAsync(ByBody, request => seen = request);
        const string Body = """{ "model": "gpt-4o", "max_tokens": 70 }""";

        var answer = await app.Client.PostAsync("/", new StringContent(Body, Encoding.UTF8, "application/json"));

        (await answer.Content.ReadAsStringAsync()).Should().Be(Body);
        (seen!.Model, seen.Usage!.OutputTokens).Should().Be(("gpt-4o", 70));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_that_is_longer_than_allowed_is_null_and_still_whole_for_the_endpoint(bool isChunked)
    {
        var length = -2;
        await using var app = await StartAsync(
            o => o.OperationAsync = async context =>
            {
                length = (await BudgetRequestBody.ReadAsync(context, maxBytes: 100_000))?.Length ?? -1;
                return null;
            },
            _ => { });
        async Task<int> SendAsync(int bytes)
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new ByteArrayContent(new byte[bytes]) };
            message.Headers.TransferEncodingChunked = isChunked;
            return (await (await app.Client.SendAsync(message)).Content.ReadAsByteArrayAsync()).Length;
        }

        (await SendAsync(100_001), length).Should().Be((100_001, -1));
        (await SendAsync(100_000), length).Should().Be((100_000, 100_000));
        (await SendAsync(0), length).Should().Be((0, 0));
    }

    [Fact]
    public async Task A_length_that_is_outside_its_range_is_an_error_that_names_it()
    {
        (await FluentActions.Awaiting(async () => await BudgetRequestBody.ReadAsync(new DefaultHttpContext(), -1)).Should().ThrowExactlyAsync<ArgumentOutOfRangeException>())
            .WithParameterName("maxBytes");
        (await FluentActions.Awaiting(async () => await BudgetRequestBody.ReadAsync(null!)).Should().ThrowExactlyAsync<ArgumentNullException>()).WithParameterName("context");
    }

    [Fact]
    public async Task A_value_that_no_request_may_have_is_answered_400_as_that_of_any_delegate()
    {
        await using var app = await StartAsync(o => o.ModelAsync = _ => new(new string('m', 300)), _ => { });

        (await app.Client.GetAsync("/")).StatusCode.Should().Be(HttpStatusCode.BadRequest);
    }

    private static void ByBody(BudgetEndpointOptions options)
    {
        options.ModelAsync = async context => (await JsonAsync(context)).GetProperty("model").GetString();
        options.EstimateUsage = async context => BudgetUsage.Tokens(0, (await JsonAsync(context)).GetProperty("max_tokens").GetInt64());
    }

    private static async Task<JsonElement> JsonAsync(HttpContext context) => JsonElement.Parse((await BudgetRequestBody.ReadAsync(context))!.Value.Span);

    private static async ValueTask<string?> LookUpAsync(string key)
    {
        await Task.Yield();
        return "db-" + key;
    }

    private static Task<TestApp> StartAsync(Action<BudgetEndpointOptions> configure, Action<BudgetRequest> see, Action<BudgetEndpointOptions>? defaults = null) => TestApp.StartAsync(
        options => options.Pricing.UnknownModels = UnknownModelPolicy.UseDefaultCost,
        app =>
        {
            app.UseBudgetFirewall(options => defaults?.Invoke(options.Defaults));
            app.MapMethods("/", ["GET", "POST"], async (HttpContext context, IBudgetContext budget) =>
            {
                see(budget.Request);
                await context.Request.Body.CopyToAsync(context.Response.Body);
            }).RequireBudget("openai", configure);
        });
}
