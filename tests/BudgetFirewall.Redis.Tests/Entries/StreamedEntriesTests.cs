using System.Collections.Immutable;
using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall.Redis.Tests;

/// <summary>The stream of a ledger's entries in Redis: what is not as the store has left it, and what is without a ledger as it was.</summary>
public sealed class StreamedEntriesTests(SharedServer server) : RedisStoreTests(server)
{
    private static readonly string[] Appending = ["catalog_remove", "catalog_set", "charge", "commit", "decide_approval", "document_write", "grant", "reset", "spend"];
    private static readonly CounterRule Ten = Rule(10m);

    private IStreamedEntries _stream = null!;

    private RedisKey Entries => $"{{{Prefix}:default}}:v1:entries";

    private RedisKey Registry => $"{{{Prefix}:%ledger}}:v1:partitions";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _stream = Store.StreamTo(new EntryTexts());
    }

    [Fact]
    public void Without_a_ledger_no_script_has_anything_of_streams()
    {
        foreach (var name in Appending)
        {
            string.Concat(Statements(ScriptText.Of(name))).Should().NotContainAny("XADD", "STREAM", "entry");
            WithoutEntry(ScriptText.Of(name + "_with_entry")).Should().Equal(Statements(ScriptText.Of(name)));
        }
    }

    [Fact]
    public async Task Without_a_ledger_nothing_is_noted_and_counters_end_with_their_periods()
    {
        var prefix = "o" + Prefix;
        await using var other = new RedisBudgetStore(Context(), Database.Multiplexer, new() { KeyPrefix = prefix });
        var answer = await other.DecideAsync(Call(DecisionKind.Charge, [Demand(Ten, 5)]));

        var keys = Keys(prefix);

        keys.Should().NotContain(key => key.Contains("entries", StringComparison.Ordinal) || key.Contains("partitions", StringComparison.Ordinal));
        (await Database.KeyExpireTimeAsync(keys.Single(key => key.Contains(":c:", StringComparison.Ordinal)))).Should().Be(Ten.Family.Calendar.At(answer.Now).End);
    }

    [Fact]
    public void A_second_ledger_is_refused() => FluentActions.Invoking(() => Store.StreamTo(new EntryTexts())).Should().Throw<InvalidOperationException>();

    [Fact]
    public async Task A_foreign_value_in_the_place_of_the_stream_refuses_every_change_whole()
    {
        var escalating = Rule(1m, kind: "project", enforcement: Enforcement.Escalate);
        var reserved = await Store.DecideAsync(Call(DecisionKind.Reserve, [Demand(Ten, 5)]));
        _ = await Store.DecideAsync(Call(DecisionKind.Charge, [Demand(Ten, 1), Demand(escalating, 1_000_000_000, "p")]));
        var approval = (await Store.AskApprovalAsync(Asking(escalating))).Approvals[0].Made!;
        var team = LimitDefinition.Of(new Budget { Id = "team", Scope = BudgetScope.User("alice"), Limit = 5m });
        ImmutableArray<LimitChange> told = [new(LimitChangeKind.Budget, "team", null)];
        await Database.KeyDeleteAsync(Entries);
        await Database.StringSetAsync(Entries, "mine");
        var before = await EverythingAsync();

        Func<Task>[] calls =
        [
            () => Store.DecideAsync(Call(DecisionKind.Charge, [Demand(Ten, 1)])).AsTask(),
            () => Store.DecideAsync(Call(DecisionKind.Spend, [Demand(Ten, 1)])).AsTask(),
            () => Store.SettleAsync(Commit(reserved.Reservation!, 5)).AsTask(),
            () => Store.ResetAsync(null, Ten.Family, "alice").AsTask(),
            () => Store.GrantAsync(new() { Rule = Ten, ScopeId = "alice", Amount = 7, OperationId = "id", Retention = TimeSpan.FromHours(2), Fingerprint = 1 }).AsTask(),
            () => Store.CorrectAsync(new() { CorrectionId = "back", Counters = [new(Ten.Family.Name, BudgetScope.User("alice"), null, DateTime.MinValue, 5)], Retention = TimeSpan.FromHours(2), NotAfter = DateTimeOffset.MaxValue, Fingerprint = 1 }).AsTask(),
            () => Store.SetLimitsAsync(null, "", [team], told).AsTask(),
            () => Store.WriteDocumentAsync(null, "told", "", new byte[1], null, [new(LimitChangeKind.PoolPeriod, "teams", null)]).AsTask(),
            () => Store.DecideApprovalAsync(new() { Approval = approval, State = ApprovalState.Approved, Amount = 5, Fingerprint = 1, Retention = TimeSpan.FromHours(1) }).AsTask(),
        ];
        foreach (var call in calls)
        {
            var failure = (await FluentActions.Awaiting(call).Should().ThrowExactlyAsync<BudgetStoreException>()).Which;
            (failure.IsNeverAllowed, failure.MayHaveHappened).Should().Be((true, false), failure.ToString());
            failure.Message.Should().Contain(Entries.ToString());
            (await EverythingAsync()).Should().Equal(before);
        }
        // Set last, since a call that knows no limits is answered otherwise then.
        var version = await Store.SetLimitsAsync(null, "", [team]);
        (await FluentActions.Awaiting(() => Store.RemoveLimitsAsync(null, version!, [team.Key], told).AsTask()).Should().ThrowExactlyAsync<BudgetStoreException>())
            .Which.Message.Should().Contain(Entries.ToString());
        (await Store.ReadCatalogAsync(null, version!)).Version.Should().Be(version, "nothing is removed");

        await FluentActions.Awaiting(() => _stream.ReadAsync(null, "one", 1, isAgain: false).AsTask()).Should().ThrowAsync<BudgetStoreException>();
    }

    [Fact]
    public async Task A_group_that_is_lost_is_made_again_from_the_beginning()
    {
        for (var i = 0; i < 3; i++)
            _ = await Store.DecideAsync(Call(DecisionKind.Charge, [Demand(Ten, 1)], id: $"{i}", fingerprint: 1));
        (await _stream.ReadAsync(null, "one", 2, isAgain: false)).Length.Should().Be(2);

        await Database.ExecuteAsync("XGROUP", "DESTROY", Entries, "ledger");

        (await _stream.TakeOverAsync(null, "two", 10, TimeSpan.Zero)).Should().BeEmpty();
        (await _stream.ReadAsync(null, "two", 10, isAgain: false)).Select(entry => EntryTexts.Of(entry)[..8]).Should().Equal("Charge 0", "Charge 1", "Charge 2");
    }

    [Fact]
    public async Task What_the_store_has_not_appended_has_no_content()
    {
        _ = await Store.DecideAsync(Call(DecisionKind.Charge, [Demand(Ten, 1)]));
        await Database.StreamAddAsync(Entries, "hello", "world");
        await Database.StreamAddAsync(Entries, [new("e", "text"), new("m", "short")]);

        var entries = await _stream.ReadAsync(null, "one", 10, isAgain: false);

        entries.Select(entry => entry.Content.IsEmpty).Should().Equal(false, true, true);
    }

    [Fact]
    public async Task A_partition_is_noted_again_after_a_loss_of_data_and_forgotten_once_nobody_uses_it()
    {
        _ = await Store.DecideAsync(Call(DecisionKind.Charge, [Demand(Ten, 1)], partition: "acme"));
        foreach (var key in Keys())
            await Database.KeyDeleteAsync(key);
        _ = await Store.DecideAsync(Call(DecisionKind.Charge, [Demand(Ten, 1)], partition: "acme"));
        (await Database.SortedSetRangeByRankAsync(Registry)).Should().Equal("acme");

        await Database.KeyDeleteAsync(Keys().Single(key => key.EndsWith(":meta", StringComparison.Ordinal)));
        await Database.SortedSetAddAsync(Registry, "acme", 1);
        _ = await _stream.TakeOverAsync("acme", "one", 10, TimeSpan.Zero);
        (await Database.SortedSetRangeByRankAsync(Registry)).Should().Equal(["acme"], "something waits");
        await _stream.RemoveAsync("acme", [.. (await _stream.ReadAsync("acme", "one", 10, isAgain: false)).Select(entry => entry.Id)]);
        await Database.SortedSetAddAsync(Registry, "acme", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - 3_500_000);
        _ = await _stream.TakeOverAsync("acme", "one", 10, TimeSpan.Zero);
        (await Database.SortedSetRangeByRankAsync(Registry)).Should().Equal(["acme"], "it was noted less than an hour ago");
        await Database.SortedSetAddAsync(Registry, "acme", 1);
        _ = await _stream.TakeOverAsync("acme", "one", 10, TimeSpan.Zero);

        (await Database.SortedSetLengthAsync(Registry)).Should().Be(0);
    }

    [Fact]
    public async Task A_stream_has_no_expiry_and_grows_by_nothing_that_is_delivered()
    {
        for (var i = 0; i < 20; i++)
        {
            _ = await Store.DecideAsync(Call(DecisionKind.Charge, [Demand(Ten, 1)]));
            await _stream.RemoveAsync(null, [.. (await _stream.ReadAsync(null, "one", 10, isAgain: false)).Select(entry => entry.Id)]);
        }
        _ = await Store.DecideAsync(Call(DecisionKind.Charge, [Demand(Ten, 1)]));

        (await Database.StreamLengthAsync(Entries)).Should().Be(1);
        (await Database.KeyTimeToLiveAsync(Entries)).Should().BeNull();
        (await Database.StreamPendingAsync(Entries, "ledger")).PendingMessageCount.Should().Be(0);
    }

    private static AskApprovalCall Asking(CounterRule rule) => new()
    {
        Request = Request,
        Lifetime = TimeSpan.FromHours(1),
        Retention = TimeSpan.FromHours(1),
        Counters = [new(rule, "p", rule.Family.Calendar.At(DateTimeOffset.UtcNow).Start, LimitReading.OfBudget(1_000_000_000, 0), Need: 10, Guid.NewGuid().ToString("N"))],
    };

    private string[] Keys(string prefix) =>
        [.. Database.Multiplexer.GetServer(Database.Multiplexer.GetEndPoints()[0]).Keys(pattern: $"{{{prefix}:*", pageSize: 1000).Select(key => (string)key!)];

    private async Task<List<string>> EverythingAsync()
    {
        var all = new List<string>();
        foreach (var key in Keys())
            all.Add(key + Convert.ToHexString((await Database.KeyDumpAsync(key))!));
        return all;
    }

    private static IEnumerable<string> Statements(string script) => script.Split('\n').Where(line => !line.TrimStart().StartsWith("--", StringComparison.Ordinal));

    /// <summary>The statements of a variant without those of the pieces that only it has.</summary>
    private static IEnumerable<string> WithoutEntry(string script)
    {
        var isOfEntry = false;
        foreach (var line in script.Split('\n'))
        {
            var text = line.TrimStart();
            if (text.StartsWith("--> ", StringComparison.Ordinal))
                isOfEntry = text.Contains("entry", StringComparison.Ordinal) || text.Contains("entries", StringComparison.Ordinal);
            if (!isOfEntry && !text.StartsWith("--", StringComparison.Ordinal))
                yield return line;
        }
    }
}
