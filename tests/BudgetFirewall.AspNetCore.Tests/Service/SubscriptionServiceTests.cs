using System.Net;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>Subscriptions to events over HTTP.</summary>
public sealed class SubscriptionServiceTests : IDisposable
{
    private const string Path = "/event-subscriptions";
    private const string Ops = """{"id":"ops/1","name":"Ops","url":"https://example.com/hook","types":["budgetfirewall.request.denied.v1"],"scopes":["each:user"]}""";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("events");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_subscription_is_made_found_changed_and_deleted_and_its_secret_shown_once()
    {
        await using var service = await StartAsync();

        var created = await service.PostAsync(Path, Ops);

        created.StatusCode.Should().Be(HttpStatusCode.Created);
        created.Headers.Location!.OriginalString.Should().EndWith("/event-subscriptions/ops%2F1");
        (await Problem.JsonAsync(created))["secret"]!.GetValue<string>().Should().StartWith("whsec_");
        var found = await service.GetForJsonAsync(Path + "/ops%2F1");
        found.ToJsonString().Should().Be(
            """{"id":"ops/1","name":"Ops","url":"https://example.com/hook","kind":"webhook","types":["budgetfirewall.request.denied.v1"],"scopes":["each:user"],"isActive":true,"createdAt":"2030-01-02T18:00:00\u002B00:00"}""");
        var changed = await Problem.JsonAsync(await service.SendAsync(HttpMethod.Put, Path + "/ops%2F1", """{"url":"https://example.com/other","isActive":false}"""));
        (changed["url"]!.GetValue<string>(), changed["isActive"]!.GetValue<bool>(), changed["types"]!.AsArray().Count, changed.ContainsKey("secret")).Should().Be(("https://example.com/other", false, 0, false));
        (await service.GetForJsonAsync(Path))["items"]!.AsArray().Should().ContainSingle();
        var rotated = await service.PostForJsonAsync(Path + "/ops%2F1/rotate-secret", null);
        rotated["secret"]!.GetValue<string>().Should().StartWith("whsec_");
        (await service.SendAsync(HttpMethod.Delete, Path + "/ops%2F1")).StatusCode.Should().Be(HttpStatusCode.NoContent);
        foreach (var (method, path, body) in new[]
        {
            (HttpMethod.Get, "", null), (HttpMethod.Delete, "", null), (HttpMethod.Put, "", """{"url":"https://example.com/"}"""), (HttpMethod.Post, "/test", null), (HttpMethod.Get, "/deliveries", null),
            (HttpMethod.Post, "/rotate-secret", null), (HttpMethod.Post, "/deliveries/1/redeliver", null), (HttpMethod.Post, "/deliveries/x/redeliver", null),
        })
            await Problem.OfAsync(await service.SendAsync(method, $"{Path}/ops%2F1{path}", body), 404);
    }

    [Fact]
    public async Task A_creation_that_is_repeated_with_its_key_makes_no_other_and_leaves_the_secret_out()
    {
        await using var service = await StartAsync();
        const string Body = """{"url":"https://example.com/hook"}""";

        var first = await service.PostForJsonAsync(Path, Body, "key-1");
        var again = await service.PostForJsonAsync(Path, Body, "key-1");
        await Problem.OfAsync(await service.PostAsync(Path, """{"url":"https://example.com/other"}""", "key-1"), 409);
        await Problem.OfAsync(await service.PostAsync(Path, $$"""{"id":"{{first["id"]}}","url":"https://example.com/hook"}"""), 409);

        (again["id"]!.GetValue<string>(), again.ContainsKey("secret"), first.ContainsKey("secret")).Should().Be((first["id"]!.GetValue<string>(), false, true));
        (await service.GetForJsonAsync(Path))["items"]!.AsArray().Should().ContainSingle();
    }

    [Theory]
    [InlineData("""{}""", "url")]
    [InlineData("""{"url":"http://example.com/"}""", "url")]
    [InlineData("""{"url":"https://169.254.169.254/latest"}""", "url")]
    [InlineData("""{"url":"https://[::1]/"}""", "url")]
    [InlineData("""{"url":"nowhere"}""", "url")]
    [InlineData("""{"url":"https://example.com/","scopes":["alice"]}""", "scopes")]
    [InlineData("""{"url":"https://example.com/","types":[""]}""", "types")]
    [InlineData("""{"url":"https://example.com/","id":""}""", "id")]
    public async Task What_cannot_be_a_subscription_is_400_and_names_the_field(string body, string field)
    {
        await using var service = await StartAsync();

        var problem = await Problem.OfAsync(await service.PostAsync(Path, body), 400);

        problem["errors"]!.AsObject().Select(error => error.Key).Should().Equal(field);
        (await service.GetForJsonAsync(Path))["items"]!.AsArray().Should().BeEmpty();
    }

    [Fact]
    public async Task A_test_is_listed_among_the_deliveries()
    {
        await using var service = await StartAsync();
        await service.PostForJsonAsync(Path, Ops);

        var tests = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            var test = await service.PostAsync(Path + "/ops%2F1/test");
            test.StatusCode.Should().Be(HttpStatusCode.Accepted);
            tests.Add((await Problem.JsonAsync(test))["eventId"]!.GetValue<string>());
        }

        var first = await service.GetForJsonAsync(Path + "/ops%2F1/deliveries?limit=2&state=pending");
        var second = await service.GetForJsonAsync($"{Path}/ops%2F1/deliveries?limit=2&state=pending&cursor={first["nextCursor"]}");
        first["items"]!.AsArray().Concat(second["items"]!.AsArray()).Select(delivery => delivery!["eventId"]!.GetValue<string>()).Should().Equal(Enumerable.Reverse(tests));
        (first["items"]![0]!["state"]!.GetValue<string>(), first["items"]![0]!["eventType"]!.GetValue<string>()).Should().Be(("pending", "budgetfirewall.test.v1"));
        (await service.PostAsync($"{Path}/ops%2F1/deliveries/{first["items"]![0]!["id"]}/redeliver")).StatusCode.Should().Be(HttpStatusCode.Accepted);
        await Problem.OfAsync(await service.SendAsync(HttpMethod.Get, Path + "/ops%2F1/deliveries?state=lost"), 400);
        await Problem.OfAsync(await service.SendAsync(HttpMethod.Get, Path + "/ops%2F1/deliveries?cursor=x"), 400);
    }

    [Fact]
    public async Task Without_subscriptions_the_calls_are_501()
    {
        await using var service = await ServiceApp.StartAsync();

        (await Problem.OfAsync(await service.SendAsync(HttpMethod.Get, Path), 501))["type"]!.GetValue<string>().Should().Be("urn:budgetfirewall:events-missing");
    }

    [Fact]
    public async Task Secrets_are_encrypted_by_data_protection()
    {
        string secret;
        await using (var service = await StartAsync(builder => builder.ProtectEventSecrets()))
            secret = (await service.PostForJsonAsync(Path, Ops))["secret"]!.GetValue<string>();

        foreach (var file in _folder.GetFiles())
            System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file.FullName)).Should().NotContain(secret["whsec_".Length..]);
    }

    private Task<ServiceApp> StartAsync(Action<BudgetFirewallServiceBuilder>? use = null) => ServiceApp.StartAsync(use: builder =>
    {
        // Nothing is delivered: these tests reach nobody.
        builder.UseSqliteLedger($"Data Source={System.IO.Path.Combine(_folder.FullName, "ledger.db")};Pooling=False").AddEventSubscriptions(options => options.Delivers = false);
        use?.Invoke(builder);
    });
}
