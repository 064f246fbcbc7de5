using System.Globalization;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall.Redis.Tests;

/// <summary>P5: a process that knows a time zone otherwise than others counts nothing by its clock.</summary>
#pragma warning disable CA1001 // Disposed of by DisposeAsync.
public sealed class TimeZoneDataTests(SharedServer server) : RedisStoreTests(server)
{
    private const string Berlin = "Europe/Berlin";

    private readonly RecordingLogger _log = new();
    private readonly List<IBudgetFirewall> _firewalls = [];

    private string Key => $"{{{Prefix}:default}}:v1:time-zones";

    private static string Field => string.Create(CultureInfo.InvariantCulture, $"{Berlin}/{DateTime.UtcNow.Year}");

    [Fact]
    public async Task The_first_use_of_a_time_zone_keeps_what_is_known_of_it_and_others_compare()
    {
        await Firewall().SpendAsync(Call());
        await Firewall().SpendAsync(Call());

        (await Database.HashGetAllAsync(Key)).Should().ContainSingle().Which.Name.ToString().Should().Be(Field);
        (await Database.HashGetAsync(Key, Field)).ToString().Should().Be(TimeZoneDigest.Of(Berlin, DateTime.UtcNow.Year)).And.HaveLength(32);
        (await Database.KeyTimeToLiveAsync(Key)).Should().BeCloseTo(TimeSpan.FromDays(40), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task Budgets_in_utc_keep_nothing()
    {
        await Firewall("UTC").SpendAsync(Call());

        (await Database.KeyExistsAsync(Key)).Should().BeFalse();
    }

    [Theory]
    [InlineData(FailureMode.Deny)]
    [InlineData(FailureMode.Allow)]
    public async Task A_process_with_other_data_is_denied_by_a_clear_error_whatever_the_failure_mode(FailureMode failureMode)
    {
        await Firewall().SpendAsync(Call());
        await Database.HashSetAsync(Key, Field, "0123456789abcdef0123456789abcdef");
        var before = Keys();
        var other = Firewall(failureMode: failureMode);

        (await other.TrySpendAsync(Call())).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        (await other.TryReserveAsync(Call())).Decision.Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        (await other.TryCheckAsync(Call())).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        await FluentActions.Awaiting(async () => await other.ChargeAsync(Call())).Should().ThrowExactlyAsync<ChargeUnconfirmedException>();
        var status = async () => await other.GetStatusAsync(BudgetScope.User("alice"));
        (await status.Should().ThrowExactlyAsync<BudgetStoreException>()).Which.Message.Should().Contain($"The time zone '{Berlin}' cannot be used").And.Contain($"HDEL \"{Key}\" \"{Field}\"");

        Keys().Should().Equal(before);
        _log.Entries.Where(entry => entry is { Level: LogLevel.Error, Event: 305 }).Should().ContainSingle();
        await Database.HashDeleteAsync(Key, Field);
        await other.SpendAsync(Call());
    }

    [Fact]
    public async Task A_rate_limit_by_the_clock_of_a_time_zone_is_compared_too()
    {
        var limit = RateLimit.FixedWindow(BudgetScope.User("alice"), 5, TimeSpan.FromDays(1), WindowAlignment.InTimeZone(Berlin));
        await Database.HashSetAsync(Key, Field, "0123456789abcdef0123456789abcdef");
        var firewall = Build(options => options.RateLimits.Add(limit));

        (await firewall.TryCheckAsync(Call())).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
    }

    [Fact]
    public async Task Another_budget_of_the_process_is_not_concerned()
    {
        await Database.HashSetAsync(Key, Field, "0123456789abcdef0123456789abcdef");
        var firewall = Build(options =>
        {
            options.Budgets.Add(new() { Scope = BudgetScope.User("alice"), Limit = 10m, TimeZone = Berlin });
            options.Budgets.Add(new() { Scope = BudgetScope.User("bob"), Limit = 10m });
        });

        (await firewall.TrySpendAsync(Call())).IsAllowed.Should().BeFalse();
        (await firewall.TrySpendAsync(Call() with { UserId = "bob" })).IsAllowed.Should().BeTrue();
    }

    public override async Task DisposeAsync()
    {
        foreach (var firewall in _firewalls)
            await firewall.DisposeAsync();
        _log.Dispose();
        await base.DisposeAsync();
    }

    private static BudgetRequest Call() => new() { Provider = "openai", UserId = "alice", Cost = 1m };

    private IBudgetFirewall Firewall(string timeZone = Berlin, FailureMode failureMode = FailureMode.Deny) => Build(options =>
    {
        options.FailureMode = failureMode;
        options.Budgets.Add(new() { Scope = BudgetScope.Each("user"), Limit = 10m, TimeZone = timeZone });
    });

    private IBudgetFirewall Build(Action<BudgetFirewallOptions> configure)
    {
        var firewall = new BudgetFirewallBuilder()
            .Configure(options => options.StoreTimeout = TimeSpan.FromSeconds(30))
            .Configure(configure)
            .UseLoggerFactory(_log)
            .UseStore(context => new RedisBudgetStore(context, Database.Multiplexer, new() { KeyPrefix = Prefix }))
            .Build();
        _firewalls.Add(firewall);
        return firewall;
    }
}
