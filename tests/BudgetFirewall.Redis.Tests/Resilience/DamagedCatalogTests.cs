using System.Collections.Concurrent;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall.Redis.Tests;

/// <summary>Runtime budgets and the meta key that are not as the store has written them: what is whole stays in force, nothing is overwritten, and the advice that is given works.</summary>
public sealed class DamagedCatalogTests(SharedServer server) : RedisStoreTests(server)
{
    private static readonly Budget OfBob = new() { Scope = BudgetScope.User("bob"), Limit = 1m };
    private static readonly Budget OfAlice = new() { Scope = BudgetScope.User("alice"), Limit = 1m };

    private readonly ConcurrentQueue<(LogLevel Level, int Id, string Message)> _log = new();
    private readonly List<IBudgetFirewall> _firewalls = [];

    private string MetaKey => $"{{{Prefix}:default}}:v1:meta";

    private string ChangesKey => $"{{{Prefix}:default}}:v1:budget-changes";

    private string CatalogKey => $"{{{Prefix}:default}}:v1:budgets";

    public static TheoryData<string, string> Poisons => new()
    {
        { "user=bob/day", "{not json" },
        { "user=bob/day", "" },
        { "user=bob/day", """{"s":"user=bob","l":"a lot"}""" },
        { "user=bob/day", """{"s":"user=bob","l":"1","later":true}""" },
        { "user=bob/day", """{"s":"user=bob","l":"1","d":"Fortnight"}""" },
        { "made by hand", """{"s":"user=bob","l":"1"}""" },
    };

    [Theory]
    [MemberData(nameof(Poisons))]
    public async Task A_budget_that_cannot_be_read_leaves_the_others_in_force_is_named_and_denies_only_its_scope(string id, string json)
    {
        var firewall = Firewall();
        await firewall.Budgets.SetAsync(OfBob);
        await firewall.Budgets.SetAsync(OfAlice);
        await Database.HashDeleteAsync(CatalogKey, "user=bob/day");
        await Database.HashSetAsync(CatalogKey, id, json);

        var other = Firewall();
        (await other.TrySpendAsync(Of("alice", 0.6m))).IsAllowed.Should().BeTrue();
        (await other.TrySpendAsync(Of("alice", 0.6m))).Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
        (await other.TrySpendAsync(Of("carol", 5m))).IsAllowed.Should().BeTrue();
        (await other.TrySpendAsync(Of("bob", 0.1m))).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        (await other.TryCheckAsync(Of("bob", 0.1m))).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        (await other.ChargeAsync(Of("bob", 0.1m))).Cost.Should().Be(0.1m);

        (await other.GetStatusAsync(BudgetScope.Global)).UnreadableBudgets.Should().Equal(id);
        (await other.Budgets.ListAsync()).Select(budget => budget.Id).Should().Equal(OfAlice.Id);
        _log.Where(entry => entry is { Level: LogLevel.Error, Id: 121 } && entry.Message.Contains($"'{id}'", StringComparison.Ordinal) && entry.Message.Contains("Budgets.RemoveAsync", StringComparison.Ordinal)).Should().NotBeEmpty();
    }

    [Fact]
    public async Task A_budget_that_cannot_be_read_is_there_already_for_whoever_adds_one()
    {
        var firewall = Firewall();
        await firewall.Budgets.SetAsync(OfBob);
        await firewall.Budgets.SetAsync(OfAlice);
        await Database.HashSetAsync(CatalogKey, OfBob.Id, "{not json");

        (await Firewall().Budgets.AddAsync(OfBob)).Should().BeFalse();

        ((string?)await Database.HashGetAsync(CatalogKey, OfBob.Id)).Should().Be("{not json");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_change_that_the_server_has_lost_is_forgotten_whatever_was_changed_since(bool isOfAnother)
    {
        var (writer, reader) = (Firewall(), Firewall());
        await writer.Budgets.SetAsync(OfAlice with { Limit = 10m });
        await writer.Budgets.SetAsync(OfBob);
        var kept = new List<(string Key, byte[] Value)>();
        foreach (var key in new[] { MetaKey, CatalogKey, ChangesKey })
            kept.Add((key, (await Database.KeyDumpAsync(key))!));
        await writer.Budgets.SetAsync(OfAlice with { Limit = 1_000m });
        (await reader.TryCheckAsync(Of("alice", 500m))).IsAllowed.Should().BeTrue();

        // A replica that was promoted, or a server that was restarted, has not got the last change.
        foreach (var (key, value) in kept)
        {
            await Database.KeyDeleteAsync(key);
            await Database.KeyRestoreAsync(key, value);
        }
        await Firewall().Budgets.SetAsync(isOfAnother ? OfBob with { Limit = 2m } : OfAlice with { Limit = 10m });

        (await reader.TryCheckAsync(Of("alice", 500m))).IsAllowed.Should().BeFalse();
        (await writer.TryCheckAsync(Of("alice", 500m))).IsAllowed.Should().BeFalse();
        (await reader.Budgets.ListAsync()).Should().Equal(await Firewall().Budgets.ListAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_budget_that_cannot_be_read_goes_by_the_remedy_that_the_log_names(bool isSetAnew)
    {
        var firewall = Firewall();
        await firewall.Budgets.SetAsync(OfBob);
        await firewall.Budgets.SetAsync(OfAlice);
        await Database.HashSetAsync(CatalogKey, OfBob.Id, "{not json");
        var other = Firewall();
        (await other.TrySpendAsync(Of("bob", 0.1m))).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);

        if (isSetAnew)
            await firewall.Budgets.SetAsync(OfBob);
        else
            (await firewall.Budgets.RemoveAsync(OfBob.Id)).Should().BeTrue();

        (await other.TrySpendAsync(Of("bob", 0.6m))).IsAllowed.Should().BeTrue();
        (await other.TrySpendAsync(Of("bob", 0.6m))).IsAllowed.Should().Be(!isSetAnew);
        (await other.GetStatusAsync(BudgetScope.Global)).UnreadableBudgets.Should().BeEmpty();
    }

    [Theory]
    [InlineData("user=bob/rate", "{not json")]
    [InlineData("user=bob/rate", """{"s":"user=bob","c":"1"}""")]
    [InlineData("user=bob/rate", """{"s":"user=bob","c":"1","r":"1","later":true}""")]
    [InlineData("user=bob/rate", """{"s":"user=bob","a":"Waterfall","c":"1","r":"1"}""")]
    [InlineData("made by hand", """{"s":"user=bob","c":"1","r":"1"}""")]
    public async Task A_rate_limit_that_cannot_be_read_is_named_denies_its_scope_alone_and_goes_by_the_remedy(string id, string json)
    {
        var firewall = Firewall();
        await firewall.Budgets.SetAsync(OfAlice);
        await firewall.RateLimits.SetAsync(RateLimit.TokenBucket(BudgetScope.User("carol"), 1, 0));
        byte[] field = [0xFF, .. System.Text.Encoding.UTF8.GetBytes(id)];
        await Database.HashSetAsync(CatalogKey, field, json);

        var other = Firewall();
        (await other.TrySpendAsync(Of("alice", 0.6m))).IsAllowed.Should().BeTrue();
        (await other.TrySpendAsync(Of("carol", 1m) with { Permits = 2 })).Outcome.Should().Be(DecisionOutcome.RateLimited);
        var denied = await other.TryCheckAsync(Of("bob", 0.1m));
        denied.Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        denied.StoreFailure!.Message.Should().Contain($"The runtime rate limit '{id}'").And.Contain("RateLimits.RemoveAsync");
        (await other.TryCheckRateLimitsAsync(Of("bob", 0.1m))).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        (await other.ExplainAsync(Of("bob", 0.1m))).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        (await other.ChargeAsync(Of("bob", 0.1m))).Cost.Should().Be(0.1m);
        var status = await other.GetStatusAsync(BudgetScope.Global);
        (status.UnreadableRateLimits.Single(), status.UnreadableBudgets.Count).Should().Be((id, 0));
        _log.Where(entry => entry is { Level: LogLevel.Error, Id: 121 } && entry.Message.Contains("RateLimits.RemoveAsync", StringComparison.Ordinal)).Should().NotBeEmpty();

        (await firewall.RateLimits.RemoveAsync(id)).Should().BeTrue();

        (await other.TryCheckAsync(Of("bob", 0.1m))).IsAllowed.Should().BeTrue();
        (await other.RateLimits.ListAsync()).Select(limit => limit.Id).Should().Equal("user=carol/rate");
    }

    [Fact]
    public async Task A_catalog_that_was_written_before_there_were_rate_limits_in_it_is_read_and_gets_them_beside_its_budgets()
    {
        var firewall = Firewall();
        await firewall.Budgets.SetAsync(OfAlice);
        (await Database.HashKeysAsync(CatalogKey)).Select(field => field.ToString()).Should().BeEquivalentTo(["", OfAlice.Id]);
        ((string?)await Database.HashGetAsync(CatalogKey, OfAlice.Id)).Should().Be("""{"l":"1","s":"user=alice"}""");

        await firewall.RateLimits.SetAsync(RateLimit.TokenBucket(BudgetScope.User("alice"), 1, 0));

        ((string?)await Database.HashGetAsync(CatalogKey, OfAlice.Id)).Should().Be("""{"l":"1","s":"user=alice"}""");
        ((string?)await Database.HashGetAsync(CatalogKey, (byte[])[0xFF, .. "user=alice/rate"u8])).Should().Be("""{"c":"1","r":"0","s":"user=alice"}""");
        (await Firewall().TryCheckAsync(Of("alice", 0m) with { Permits = 2 })).Outcome.Should().Be(DecisionOutcome.RateLimited);
    }

    [Fact]
    public async Task A_budget_of_which_not_even_the_scope_is_known_denies_nothing_and_is_reported()
    {
        var firewall = Firewall();
        await firewall.Budgets.SetAsync(OfAlice);
        await Database.HashSetAsync(CatalogKey, "no scope", "{not json");

        var other = Firewall();
        (await other.TrySpendAsync(Of("bob", 5m))).IsAllowed.Should().BeTrue();
        (await other.TrySpendAsync(Of("alice", 5m))).Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
        (await other.GetStatusAsync(BudgetScope.Global)).UnreadableBudgets.Should().Equal("no scope");
        (await other.Budgets.RemoveAsync("no scope")).Should().BeTrue();
        (await other.GetStatusAsync(BudgetScope.Global)).UnreadableBudgets.Should().BeEmpty();
    }

    [Theory]
    [InlineData("corrupt", true)]
    [InlineData("corrupt", false)]
    [InlineData("a corrupt value that is longer than an epoch", true)]
    [InlineData("a corrupt value that is longer than an epoch", false)]
    [InlineData("0123456789abcdefgarbage", true)]
    [InlineData("0123456789abcdef0123456789abcdef", true)]
    [InlineData("0123456789abcdef", true)]
    [InlineData(null, true)]
    [InlineData(null, false)]
    public async Task A_corrupt_meta_key_is_never_overwritten_and_deleting_it_as_advised_brings_everything_back(string? value, bool isKnown)
    {
        var first = Firewall();
        await first.Budgets.SetAsync(OfAlice);
        await first.ChargeAsync(Of("alice", 0.6m));
        var firewall = isKnown ? first : Firewall();
        await Database.KeyDeleteAsync(MetaKey);
        if (value is null)
            await Database.ListRightPushAsync(MetaKey, "x");
        else
            await Database.StringSetAsync(MetaKey, value);
        var before = await Database.KeyDumpAsync(MetaKey);

        foreach (var change in new Func<Task>[] { async () => await firewall.Budgets.SetAsync(OfBob), async () => await firewall.Budgets.RemoveAsync(OfAlice.Id) })
        {
            var failure = (await FluentActions.Awaiting(change).Should().ThrowExactlyAsync<BudgetStoreException>()).Which;
            failure.IsNeverAllowed.Should().BeTrue();
            failure.Message.Should().Contain(MetaKey);
            failure.Message.Should().Contain("Delete the key");
        }
        (await firewall.TrySpendAsync(Of("alice", 0.1m))).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        (await Database.KeyDumpAsync(MetaKey)).Should().Equal(before);

        await Database.KeyDeleteAsync(MetaKey);
        await firewall.Budgets.SetAsync(OfBob);
        (await firewall.Budgets.ListAsync()).Select(budget => budget.Id).Should().Equal(OfAlice.Id, OfBob.Id);
        (await firewall.TrySpendAsync(Of("alice", 0.6m))).IsAllowed.Should().BeFalse();
        (await firewall.TrySpendAsync(Of("bob", 1.1m))).IsAllowed.Should().BeFalse();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_corrupt_catalog_is_not_overwritten_and_deleting_it_as_advised_lets_budgets_be_set_anew(bool isHash)
    {
        var firewall = Firewall();
        await firewall.Budgets.SetAsync(OfAlice);
        await Database.KeyDeleteAsync(CatalogKey);
        if (isHash)
            await Database.HashSetAsync(CatalogKey, OfBob.Id, "{}");
        else
            await Database.StringSetAsync(CatalogKey, "text");
        var before = await Database.KeyDumpAsync(CatalogKey);

        var failure = (await FluentActions.Awaiting(async () => await firewall.Budgets.SetAsync(OfBob)).Should().ThrowExactlyAsync<BudgetStoreException>()).Which;

        failure.Message.Should().Contain(CatalogKey);
        failure.Message.Should().Contain("Delete the key");
        (await Database.KeyDumpAsync(CatalogKey)).Should().Equal(before);
        await Database.KeyDeleteAsync(CatalogKey);
        await firewall.Budgets.SetAsync(OfBob);
        (await firewall.Budgets.ListAsync()).Select(budget => budget.Id).Should().Equal(OfBob.Id);
        (await firewall.TrySpendAsync(Of("alice", 5m))).IsAllowed.Should().BeTrue();
        (await firewall.TrySpendAsync(Of("bob", 5m))).IsAllowed.Should().BeFalse();
        (await Firewall().TrySpendAsync(Of("bob", 5m))).IsAllowed.Should().BeFalse();
    }

    [Fact]
    public async Task A_list_of_changes_that_was_deleted_hides_no_change_and_is_begun_anew()
    {
        var (writer, reader) = (Firewall(), Firewall());
        await writer.Budgets.SetAsync(OfAlice);
        (await reader.TryCheckAsync(Of("alice", 5m))).IsAllowed.Should().BeFalse();
        await writer.Budgets.SetAsync(OfBob);
        await writer.Budgets.RemoveAsync(OfAlice.Id);

        await Database.KeyDeleteAsync(ChangesKey);

        (await reader.TryCheckAsync(Of("bob", 5m))).IsAllowed.Should().BeFalse();
        (await reader.TryCheckAsync(Of("alice", 5m))).IsAllowed.Should().BeTrue();
        var late = Firewall();
        (await late.TryCheckAsync(Of("bob", 5m))).IsAllowed.Should().BeFalse();
        await writer.Budgets.SetAsync(OfAlice);
        await Database.KeyDeleteAsync(ChangesKey);
        await writer.Budgets.RemoveAsync(OfBob.Id);
        (await reader.TryCheckAsync(Of("alice", 5m))).IsAllowed.Should().BeFalse();
        (await late.TryCheckAsync(Of("bob", 5m))).IsAllowed.Should().BeTrue();
        (await Database.SortedSetLengthAsync(ChangesKey)).Should().Be(1);
    }

    [Fact]
    public async Task A_catalog_that_was_deleted_and_made_anew_is_not_taken_for_the_one_before()
    {
        var (writer, reader) = (Firewall(), Firewall());
        await writer.Budgets.SetAsync(OfAlice);
        (await reader.TryCheckAsync(Of("alice", 5m))).IsAllowed.Should().BeFalse();

        await Database.KeyDeleteAsync(CatalogKey);
        await writer.Budgets.SetAsync(OfBob);

        (await reader.TryCheckAsync(Of("alice", 5m))).IsAllowed.Should().BeTrue();
        (await reader.TryCheckAsync(Of("bob", 5m))).IsAllowed.Should().BeFalse();
        (await Database.SortedSetLengthAsync(ChangesKey)).Should().Be(1);
    }

    [Fact]
    public async Task A_budget_that_came_or_went_by_hand_is_noticed_at_the_next_change()
    {
        var (writer, reader) = (Firewall(), Firewall());
        await writer.Budgets.SetManyAsync([OfAlice, OfBob]);
        (await reader.TryCheckAsync(Of("alice", 5m))).IsAllowed.Should().BeFalse();

        await Database.HashDeleteAsync(CatalogKey, OfAlice.Id);
        await writer.Budgets.SetAsync(OfBob with { Limit = 2m });

        (await reader.TryCheckAsync(Of("alice", 5m))).IsAllowed.Should().BeTrue();
        (await reader.Budgets.ListAsync()).Should().Equal(OfBob with { Limit = 2m });
    }

    [Theory]
    [InlineData("")]
    [InlineData("0123456789abcdef")]
    [InlineData("AAAAAAAA000000000000000x0000000000000000aaaaaaaaaaaaaaaa")]
    public async Task A_head_of_the_catalog_that_is_not_the_stores_is_named_and_not_overwritten(string head)
    {
        var firewall = Firewall();
        await firewall.Budgets.SetAsync(OfAlice);
        await Database.HashSetAsync(CatalogKey, "", head);
        var before = await Database.KeyDumpAsync(CatalogKey);

        foreach (var call in new Func<Task>[] { async () => await firewall.Budgets.SetAsync(OfBob), async () => await firewall.Budgets.RemoveAsync(OfAlice.Id), async () => await Firewall().Budgets.ListAsync() })
        {
            var failure = (await FluentActions.Awaiting(call).Should().ThrowExactlyAsync<BudgetStoreException>()).Which;
            failure.IsNeverAllowed.Should().BeTrue();
            failure.Message.Should().Contain(CatalogKey).And.Contain("Delete the key");
        }
        (await Database.KeyDumpAsync(CatalogKey)).Should().Equal(before);
    }

    public override async Task DisposeAsync()
    {
        foreach (var firewall in _firewalls)
            await firewall.DisposeAsync();
        await base.DisposeAsync();
    }

    private static BudgetRequest Of(string user, decimal cost) => new() { Provider = "openai", UserId = user, Cost = cost };

    private IBudgetFirewall Firewall()
    {
        var firewall = new BudgetFirewallBuilder()
            .Configure(options => options.StoreTimeout = TimeSpan.FromSeconds(30))
            .UseLoggerFactory(new Log(_log))
            .UseStore(context => new RedisBudgetStore(context, Database.Multiplexer, new() { KeyPrefix = Prefix }))
            .Build();
        _firewalls.Add(firewall);
        return firewall;
    }

    private sealed class Log(ConcurrentQueue<(LogLevel Level, int Id, string Message)> entries) : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            entries.Enqueue((logLevel, eventId.Id, formatter(state, exception)));

        public void Dispose()
        {
        }
    }
}
