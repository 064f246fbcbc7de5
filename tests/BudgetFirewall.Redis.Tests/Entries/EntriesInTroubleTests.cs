using BudgetFirewall.Storage;

namespace BudgetFirewall.Redis.Tests;

/// <summary>Entries of a ledger while the server is full, and while it has too few replicas.</summary>
public sealed class EntriesInTroubleTests : OwnServerTests
{
    private static readonly CounterRule Ten = new(Limit(10m));

    [Fact]
    public async Task A_full_server_notes_no_new_partition_and_a_new_process_still_appends_and_delivers_in_those_there_are()
    {
        var server = await StartServerAsync();
        var first = Recorded(Store(server.Address)).Store;
        var reserved = await first.DecideAsync(Call(DecisionKind.Reserve, "held"));
        await server.CommandAsync("CONFIG", "SET", "maxmemory", "1mb");
        var (second, entries) = Recorded(Store(server.Address));

        await FluentActions.Awaiting(() => second.DecideAsync(Call(DecisionKind.Charge, "refused", "new")).AsTask()).Should().ThrowAsync<BudgetStoreException>();
        _ = await second.DecideAsync(Call(DecisionKind.Charge, "charged"));
        _ = await second.SettleAsync(new() { Reservation = reserved.Reservation!, IsCommit = true, CostNanos = 5, Amounts = [5] });

        var read = await entries.ReadAsync(null, "one", 10, isAgain: false);
        read.Select(entry => EntryTexts.Of(entry).Split(' ')[..2]).Should().BeEquivalentTo(new[] { new[] { "Charge", "charged" }, ["Commit", "held"] });
        await entries.RemoveAsync(null, [.. read.Select(entry => entry.Id)]);
        (await entries.CountAsync(null)).Waiting.Should().Be(0);
        (await server.Database.SortedSetRangeByRankAsync("{bf:%ledger}:v1:partitions")).Should().Equal("");
    }

    [Fact]
    public async Task What_too_few_replicas_have_confirmed_is_not_delivered_before()
    {
        var server = await StartServerAsync();
        var (store, entries) = Recorded(Store(server.Address, new() { WaitForReplicas = 1, ReplicaTimeout = TimeSpan.FromMilliseconds(20) }));
        await FluentActions.Awaiting(() => store.DecideAsync(Call(DecisionKind.Charge, "unconfirmed")).AsTask()).Should().ThrowAsync<BudgetStoreException>();

        foreach (var isAgain in new[] { false, true })
            (await FluentActions.Awaiting(() => entries.ReadAsync(null, "one", 10, isAgain).AsTask()).Should().ThrowAsync<BudgetStoreException>()).Which.Message.Should().Contain("replicas");

        var (_, withoutReplicas) = Recorded(Store(server.Address));
        (await withoutReplicas.ReadAsync(null, "one", 10, isAgain: true)).Should().ContainSingle();
    }

    private static (RedisBudgetStore Store, IStreamedEntries Entries) Recorded(RedisBudgetStore store) => (store, store.StreamTo(new EntryTexts()));

    private static DecisionCall Call(DecisionKind kind, string id, string? partition = null) => new()
    {
        Kind = kind,
        OperationId = id,
        Retention = TimeSpan.FromHours(1),
        Partition = partition,
        CatalogVersion = "",
        CostNanos = 5,
        Limits = [LimitDemand.OfBudget(Ten, "alice", 5, false)],
        Lease = TimeSpan.FromMinutes(5),
        RecordRetention = TimeSpan.FromHours(1),
        Request = new() { Provider = "openai", UserId = "alice" },
    };
}
