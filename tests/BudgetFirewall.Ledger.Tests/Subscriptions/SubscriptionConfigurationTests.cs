using System.Net;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BudgetFirewall.Ledger.Tests.Subscriptions;

/// <summary>Subscriptions by configuration: all of it is read, and what is wrong is told at once.</summary>
public sealed class SubscriptionConfigurationTests
{
    [Fact]
    public void Every_option_is_read_and_code_may_change_it()
    {
        var (options, secret) = (new List<LedgerEventOptions>(), WebhookSecret.New().Reveal());
        Add(
            $$"""
            {
              "Delivers": false, "DeliveriesAtOnce": 4, "PollEvery": "00:00:02", "KeepFor": "7.00:00:00", "Timeout": "00:00:05", "AllowedNetworks": ["10.0.0.0/8"],
              "Subscriptions": [
                { "Id": "ops", "Name": "Ops", "Url": "https://example.com/", "Secret": "{{secret}}", "Types": ["budgetfirewall.alert.opened.v1"], "Scopes": ["each:user", "global"], "IsActive": false },
                { "Id": "chat", "Kind": "chat", "Url": "https://example.com/chat" }
              ]
            }
            """,
            options.Add);

        var read = options.Should().ContainSingle().Subject;
        (read.Delivers, read.DeliveriesAtOnce, read.PollEvery, read.KeepFor, read.Webhooks.Timeout).Should().Be((false, 4, TimeSpan.FromSeconds(2), TimeSpan.FromDays(7), TimeSpan.FromSeconds(5)));
        read.Webhooks.AllowedNetworks.Should().Equal(IPNetwork.Parse("10.0.0.0/8"));
        read.Subscriptions.Select(one => (one.Subscription, one.Secret?.Reveal())).Should().Equal(
            (new EventSubscription { Id = "ops", Name = "Ops", Url = "https://example.com/", Types = [BudgetEventTypes.AlertOpened], Scopes = ["each:user", "global"], IsActive = false }, secret),
            (new EventSubscription { Id = "chat", Kind = EventSubscriptionKind.Chat, Url = "https://example.com/chat" }, null));
    }

    [Fact]
    public void What_is_not_there_leaves_the_defaults()
    {
        var options = new List<LedgerEventOptions>();

        Add("{}", options.Add);

        options.Single().Subscriptions.Should().BeEmpty();
        options.Single().DeliveriesAtOnce.Should().Be(16);
    }

    [Fact]
    public void All_errors_are_in_one_message_with_their_paths_and_without_secrets()
    {
        var errors = FluentActions.Invoking(() => Add(
            """
            {
              "Deliver": true, "DeliveriesAtOnce": 0, "PollEvery": "5", "AllowedNetworks": ["local"],
              "Subscriptions": [
                { "Url": "https://example.com/", "Secret": "whsec_secret" },
                { "Id": "b", "Kind": "Mail", "Scopes": ["alice"], "Secrets": "hidden", "Name": { "First": "B" } },
                { "Id": "c", "Url": "https://example.com/", "Types": [""] },
                { "Id": "d", "Url": { "Host": "example.com" }, "Kind": "Chat", "Types": "all", "Scopes": ["alice", "bob"] },
                "e"
              ]
            }
            """,
            _ => { })).Should().Throw<OptionsValidationException>().Which.Failures;

        errors.Should().BeEquivalentTo(
            "Events:Deliver is not a known key; known here are Delivers, DeliveriesAtOnce, PollEvery, KeepFor, AllowedNetworks, Timeout, Subscriptions",
            "Events:DeliveriesAtOnce: DeliveriesAtOnce must be from 1 to 256 but is '0'",
            "Events:PollEvery must be a time span [days.]hours:minutes:seconds such as 00:00:20 but is '5'",
            "Events:AllowedNetworks:0 must be a network such as 10.0.0.0/8 but is 'local'",
            "Events:Subscriptions:0:Id is missing",
            "Events:Subscriptions:0:Secret must be whsec_ and 24 to 64 bytes in base64; its 12 characters are not shown",
            "Events:Subscriptions:1:Secrets is not a known key; known here are Id, Name, Kind, Url, Types, Scopes, IsActive, Secret",
            "Events:Subscriptions:1:Url is missing",
            "Events:Subscriptions:1:Name must be a single value",
            "Events:Subscriptions:1:Kind must be one of Webhook, Chat, Email but is 'Mail'",
            "Events:Subscriptions:1:Scopes: 'alice' is no scope: 'user=alice', 'each:user' or 'global'",
            "Events:Subscriptions:1:Secret is missing: a webhook is signed with it",
            "Events:Subscriptions:2:Types: Types has 1 to 256 characters but is ''",
            "Events:Subscriptions:2:Secret is missing: a webhook is signed with it",
            "Events:Subscriptions:3:Url is missing",
            "Events:Subscriptions:3:Types must be a list but is 'all'",
            "Events:Subscriptions:3:Scopes: 'alice' is no scope: 'user=alice', 'each:user' or 'global'",
            "Events:Subscriptions:4 must have keys of its own (Id, Name, Kind, Url, Types, Scopes, IsActive, Secret)",
            "Events:Subscriptions:4:Id is missing",
            "Events:Subscriptions:4:Url is missing",
            "Events:Subscriptions:4:Secret is missing: a webhook is signed with it");
    }

    private static void Add(string events, Action<LedgerEventOptions> look)
    {
        var configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "Events": {{events}} }"""))).Build();
        var folder = Directory.CreateTempSubdirectory("events");
        try
        {
            var services = new ServiceCollection();
            services.AddBudgetFirewall(options => options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 1m }))
                .UseSqliteLedger($"Data Source={Path.Combine(folder.FullName, "ledger.db")};Pooling=False")
                .AddEventSubscriptions(configuration.GetSection("Events"), options =>
                {
                    look(options);
                    options.Delivers = false;
                });
            using var provider = services.BuildServiceProvider();
            _ = provider.GetRequiredService<IEventSubscriptions>();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
