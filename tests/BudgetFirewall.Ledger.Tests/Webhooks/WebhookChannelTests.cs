using System.Net;
using System.Text;

namespace BudgetFirewall.Ledger.Tests.Webhooks;

/// <summary>What a channel posts, and that it posts nothing to an address that is not allowed.</summary>
public sealed class WebhookChannelTests
{
    private static readonly IPNetwork ThisMachine = IPNetwork.Parse("127.0.0.0/8");
    private static readonly WebhookSecret Secret = WebhookSecret.New();

    private static BudgetEvent Event => new(BudgetEventTypes.Overrun, new(2026, 3, 4, 9, 30, 15, TimeSpan.Zero), "user=alice/day") { Scope = BudgetScope.User("alice"), Data = new() { Amount = 1m, Scope = "user=alice" } };

    [Fact]
    public async Task An_event_arrives_signed_as_it_is()
    {
        await using var receiver = new Receiver();
        using var channel = ToThisMachine(receiver.Url);
        var e = Event;

        await channel.SendAsync(e, default);

        var got = receiver.Deliveries.Should().ContainSingle().Subject;
        (got.Line, got.Id, got.Headers["Content-Type"]).Should().Be(("POST /hook HTTP/1.1", e.Id, "application/cloudevents+json; charset=utf-8"));
        got.IsSignedBy(Secret, TimeProvider.System.GetUtcNow()).Should().BeTrue();
        got.Body.Should().Equal(e.ToJson());
    }

    [Fact]
    public async Task While_a_secret_is_exchanged_a_receiver_may_verify_with_either()
    {
        await using var receiver = new Receiver();
        var former = WebhookSecret.New();
        using var channel = new WebhookChannel(receiver.Url, Secret, options => options.AllowedNetworks.Add(ThisMachine), former);

        await channel.SendAsync(Event, default);

        var got = receiver.Deliveries.Should().ContainSingle().Subject;
        var now = TimeProvider.System.GetUtcNow();
        (got.IsSignedBy(Secret, now), got.IsSignedBy(former, now), got.IsSignedBy(WebhookSecret.New(), now)).Should().Be((true, true, false));
    }

    [Theory]
    [InlineData("500 Internal Server Error")]
    [InlineData("404 Not Found")]
    [InlineData("410 Gone")]
    [InlineData("304 Not Modified")]
    public async Task Anything_but_success_is_a_failure(string status)
    {
        await using var receiver = new Receiver(_ => Receiver.Status(status));
        using var channel = ToThisMachine(receiver.Url);

        var failure = (await channel.Awaiting(c => c.SendAsync(Event, default).AsTask()).Should().ThrowAsync<HttpRequestException>()).Which;

        failure.Message.Should().Be($"The receiver has answered {status[..3]}.");
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var other = new Receiver();
        await using var receiver = new Receiver(_ => Receiver.Status("307 Temporary Redirect", $"Location: {other.Url}"));
        using var channel = ToThisMachine(receiver.Url);

        await channel.Awaiting(c => c.SendAsync(Event, default).AsTask()).Should().ThrowAsync<HttpRequestException>().WithMessage("*307*");

        other.Connections.Should().Be(0);
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_has_so_much_time_and_no_more()
    {
        await using var receiver = new Receiver(_ => null);
        using var channel = new WebhookChannel(receiver.Url, Secret, options =>
        {
            options.AllowedNetworks.Add(ThisMachine);
            options.Timeout = TimeSpan.FromSeconds(1);
        });

        await channel.Awaiting(c => c.SendAsync(Event, default).AsTask()).Should().ThrowAsync<HttpRequestException>().WithMessage("The receiver has not answered within 1 s.");
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read()
    {
        await using var receiver = new Receiver(_ => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + string.Concat(Enumerable.Repeat("400\r\n" + new string('x', 1_024) + "\r\n", 1_000)));
        using var channel = ToThisMachine(receiver.Url);

        await channel.SendAsync(Event, default);
        await channel.SendAsync(Event, default);

        receiver.Deliveries.Should().HaveCount(2);
    }

    [Fact]
    public async Task Headers_without_end_are_refused()
    {
        await using var receiver = new Receiver(_ => "HTTP/1.1 200 OK\r\nX: " + new string('x', 100_000) + "\r\n\r\n");
        using var channel = ToThisMachine(receiver.Url);

        await channel.Awaiting(c => c.SendAsync(Event, default).AsTask()).Should().ThrowAsync<HttpRequestException>();
    }

    [Theory]
    [InlineData("http://example.com/")]
    [InlineData("ftp://example.com/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("/hook")]
    [InlineData("")]
    [InlineData("https://user:password@example.com/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://0x7f.1/")]
    [InlineData("https://0177.0.0.1/")]
    [InlineData("https://10.1.2.3/")]
    [InlineData("https://172.31.255.255/")]
    [InlineData("https://192.168.0.1/")]
    [InlineData("https://169.254.169.254/latest/meta-data/")]
    [InlineData("https://100.64.0.1/")]
    [InlineData("https://0.0.0.0/")]
    [InlineData("https://255.255.255.255/")]
    [InlineData("https://224.0.0.1/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::]/")]
    [InlineData("https://[::ffff:127.0.0.1]/")]
    [InlineData("https://[::ffff:169.254.169.254]/")]
    [InlineData("https://[::127.0.0.1]/")]
    [InlineData("https://[64:ff9b::7f00:1]/")]
    [InlineData("https://[64:ff9b:1::1]/")]
    [InlineData("https://[2002:7f00:1::]/")]
    [InlineData("https://[2001:0:1::1]/")]
    [InlineData("https://[fe80::1]/")]
    [InlineData("https://[fc00::1]/")]
    [InlineData("https://[fd00:ec2::254]/")]
    [InlineData("https://[ff02::1]/")]
    public void A_url_that_deliveries_may_not_go_to_is_refused_at_once(string url)
    {
        FluentActions.Invoking(() => new WebhookChannel(url, Secret)).Should().ThrowExactly<ArgumentException>().WithParameterName(nameof(url)).Which.Message.Should().NotContain("password@");
        FluentActions.Invoking(() => new SlackChannel(url)).Should().ThrowExactly<ArgumentException>();
    }

    [Theory]
    [InlineData("hooks.slack.com/services/T0/B0/SECRET")]
    [InlineData("ftp://user:SECRET@example.com/")]
    [InlineData("https://user:SECRET@example.com/")]
    public void A_url_that_is_refused_is_not_repeated_since_it_may_hold_a_secret(string url) =>
        FluentActions.Invoking(() => new SlackChannel(url)).Should().ThrowExactly<ArgumentException>().Which.ToString().Should().NotContain("SECRET");

    [Theory]
    [InlineData("https://example.com/hook?x=1")]
    [InlineData("https://93.184.215.14/")]
    [InlineData("https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/")]
    [InlineData("https://bücher.example/")]
    public void A_url_of_https_that_is_public_or_a_name_is_taken(string url) => FluentActions.Invoking(() => new WebhookChannel(url, Secret).Dispose()).Should().NotThrow();

    [Fact]
    public void A_url_is_not_longer_than_2048_characters() =>
        FluentActions.Invoking(() => new WebhookChannel("https://example.com/" + new string('x', 2_048), Secret)).Should().ThrowExactly<ArgumentException>();

    [Fact]
    public async Task A_name_that_means_a_private_address_the_second_time_is_refused_the_second_time()
    {
        await using var receiver = new Receiver();
        var answers = new Queue<IPAddress>([IPAddress.Parse("127.0.0.2"), IPAddress.Loopback, IPAddress.Loopback]);
        using var channel = new WebhookChannel($"http://hook.example:{receiver.Port}/", Secret, options =>
        {
            // 127.0.0.2 stands for an address that is allowed; the receiver listens at 127.0.0.1 only.
            options.AllowedNetworks.Add(IPNetwork.Parse("127.0.0.2/32"));
            options.Resolve = (_, _) => Task.FromResult<IPAddress[]>([answers.Dequeue()]);
        });

        await channel.Awaiting(c => c.SendAsync(Event, default).AsTask()).Should().ThrowAsync<HttpRequestException>();
        await channel.Awaiting(c => c.SendAsync(Event, default).AsTask()).Should().ThrowAsync<HttpRequestException>().WithMessage("127.0.0.1 is not a public address and in no network that is allowed.");

        (receiver.Connections, answers.Count).Should().Be((0, 1), "each connection has looked the name up once");
    }

    [Fact]
    public async Task Of_several_addresses_only_one_that_is_allowed_is_connected_to()
    {
        await using var receiver = new Receiver();
        using var channel = new WebhookChannel($"http://hook.example:{receiver.Port}/", Secret, options =>
        {
            options.AllowedNetworks.Add(IPNetwork.Parse("127.0.0.1/32"));
            options.Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("169.254.169.254"), IPAddress.Parse("10.0.0.1"), IPAddress.Loopback.MapToIPv6()]);
        });

        await channel.SendAsync(Event, default);

        receiver.Deliveries.Should().ContainSingle();
    }

    [Fact]
    public async Task A_name_without_address_fails_and_says_so()
    {
        using var channel = new WebhookChannel("https://hook.example/", Secret, options => options.Resolve = (_, _) => Task.FromResult<IPAddress[]>([]));

        await channel.Awaiting(c => c.SendAsync(Event, default).AsTask()).Should().ThrowAsync<HttpRequestException>().WithMessage("'hook.example' has no address.");
    }

    [Fact]
    public async Task A_public_address_is_not_spoken_to_unencrypted()
    {
        using var channel = new WebhookChannel("http://hook.example/", Secret, options =>
        {
            options.AllowedNetworks.Add(IPNetwork.Parse("10.0.0.0/8"));
            options.Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("93.184.215.14")]);
        });

        await channel.Awaiting(c => c.SendAsync(Event, default).AsTask()).Should().ThrowAsync<HttpRequestException>().WithMessage("*encrypted*");
    }

    [Fact]
    public async Task A_chat_gets_a_sentence_in_which_no_id_is_markup()
    {
        await using var receiver = new Receiver();
        using var channel = new SlackChannel(receiver.Url, options => options.AllowedNetworks.Add(ThisMachine));

        await channel.SendAsync(Event with { Scope = BudgetScope.User("<!channel>&@all[x](y)\n") }, default);

        var got = receiver.Deliveries.Should().ContainSingle().Subject;
        System.Text.Json.JsonDocument.Parse(got.Body).RootElement.GetProperty("text").GetString()
            .Should().Be(@":warning: A charge has taken user=&lt;!channel&gt;&amp;@​all[x]​(y)\u000A 1 above the limit of the budget 'user=alice/day'.");
        Encoding.UTF8.GetString(got.Body).Should().StartWith("{\"text\":");
    }

    [Theory]
    [InlineData(BudgetEventTypes.StoreAway, ":rotating_light: ")]
    [InlineData(BudgetEventTypes.Overrun, ":warning: ")]
    [InlineData(BudgetEventTypes.BudgetChanged, "")]
    public async Task A_sentence_in_a_chat_begins_with_how_bad_it_is(string type, string mark)
    {
        await using var receiver = new Receiver();
        using var channel = new SlackChannel(receiver.Url, options => options.AllowedNetworks.Add(ThisMachine));
        var e = new BudgetEvent(type, Event.Time, "b");

        await channel.SendAsync(e, default);

        System.Text.Json.JsonDocument.Parse(receiver.Deliveries.Single().Body).RootElement.GetProperty("text").GetString().Should().Be(mark + e.Text);
    }

    [Fact]
    public async Task A_channel_is_named_after_its_receiver_without_what_may_be_secret()
    {
        using var webhook = new WebhookChannel("https://hook.example/SECRET", Secret);
        using var chat = new SlackChannel("https://chat.example/SECRET");

        (webhook.Name, chat.Name).Should().Be(("webhook hook.example", "chat chat.example"));
        foreach (var channel in new IEventChannel[] { webhook, chat })
            await channel.Awaiting(c => c.SendAsync(null!, default).AsTask()).Should().ThrowAsync<ArgumentNullException>();
        FluentActions.Invoking(() => new WebhookChannel(null!, Secret)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => new WebhookChannel("https://hook.example/", null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => new SlackChannel(null!)).Should().Throw<ArgumentNullException>();
    }

    // A machine that is busy with other tests is slow, and answers all the same.
    private static WebhookChannel ToThisMachine(string url) => new(url, Secret, options =>
    {
        options.AllowedNetworks.Add(ThisMachine);
        options.Timeout = TimeSpan.FromMinutes(1);
    });
}
