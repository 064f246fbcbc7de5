using BudgetFirewall.Ledger.Tests.Receipts;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>All entries of a query one after the other, read some at a time over several sessions of the database.</summary>
public abstract class AllEntriesAreRead<THarness> : LedgerSuite<THarness> where THarness : ILedgerHarness, new()
{
    [Fact]
    public async Task All_entries_are_those_of_the_pages_in_either_order()
    {
        await FillAsync(130);
        var pages = await ReadAllAsync(new());

        (await AllAsync(Ledger, new() { Limit = 1 })).Should().Equal(pages).And.HaveCount(131);
        (await AllAsync(Ledger, new() { Limit = LedgerQuery.MaxLimit, IsOldestFirst = true })).Should().Equal(Enumerable.Reverse(pages));
        (await AllAsync(Ledger, new() { Limit = 1, IsOldestFirst = true, Cursor = "says nothing" })).Should().Equal(Enumerable.Reverse(pages));
    }

    [Fact]
    public async Task Only_the_entries_of_the_query_are_read()
    {
        await FillAsync(20);

        (await AllAsync(Ledger, Of(("user", "user-3")) with { Limit = 1 })).Should().Equal(await ReadAllAsync(Of(("user", "user-3")))).And.HaveCount(4);
        (await AllAsync(Ledger, new() { From = Noon.AddSeconds(4), To = Noon.AddSeconds(6) })).Select(entry => entry.OperationId).Should().Equal("5", "4");
        (await AllAsync(Ledger, Of(("user", "nobody")))).Should().BeEmpty();
    }

    [Fact]
    public async Task A_ledger_of_ones_own_reads_page_after_page()
    {
        await FillAsync(30);
        var own = new PagedLedger(Ledger);

        (await AllAsync(own, new() { Limit = 7, Cursor = "says nothing" })).Should().Equal(await ReadAllAsync(new()));
        own.Pages.Should().Be(5, "31 entries are four pages of seven and one of three");
    }

    [Fact]
    public async Task Whoever_stops_in_the_middle_does_not_hinder_writers()
    {
        await FillAsync(30);
        await foreach (var entry in Ledger.ReadAllEntriesAsync(new() { Limit = 5, IsOldestFirst = true }))
        {
            if (entry.OperationId == "7")
                break;
        }

        (await Ledger.AppendAsync([Charge("later", 1m)])).Should().Be(1);
    }

    [Fact]
    public async Task Whoever_works_with_an_entry_meanwhile_hinders_nobody()
    {
        await FillAsync(30);
        var read = 0;

        await foreach (var entry in Ledger.ReadAllEntriesAsync(new() { Limit = 10, IsOldestFirst = true }))
        {
            // The first entry of a month makes tables of its own in PostgreSQL, and old ones are removed with theirs.
            if (read++ == 15)
            {
                (await Ledger.AppendAsync([Charge("next month", 1m, Noon.AddMonths(1))]).AsTask().WaitAsync(TimeSpan.FromMinutes(1))).Should().Be(1);
                (await Ledger.RemoveOldAsync(LedgerRetention.Of(TimeSpan.FromDays(3_650))).AsTask().WaitAsync(TimeSpan.FromMinutes(1))).Removed.Should().Be(0);
            }
        }
        read.Should().Be(32);
    }

    [Fact]
    public async Task Who_is_erased_meanwhile_is_not_named_any_more()
    {
        await FillAsync(60);
        var users = new List<string>();

        await foreach (var entry in Ledger.ReadAllEntriesAsync(new() { Limit = 10, IsOldestFirst = true, Kinds = [LedgerEntryKind.Charge] }))
        {
            users.Add(entry.UserId!);
            if (users.Count == 10)
                await LedgerErasure.Of(Ledger).EraseAsync(BudgetScope.User("user-3"), "auditor");
        }

        users.Take(10).Should().Contain("user-3");
        users.Skip(10).Should().HaveCount(50).And.NotContain("user-3").And.Contain(user => user.StartsWith("(erased "));
    }

    [Fact]
    public async Task A_query_that_is_none_is_refused_when_the_first_entry_is_asked_for()
    {
        var reversed = Ledger.ReadAllEntriesAsync(new() { From = Noon, To = Noon.AddDays(-1) });

        await FluentActions.Awaiting(async () => await reversed.GetAsyncEnumerator().MoveNextAsync()).Should().ThrowAsync<ArgumentException>().WithMessage("*must be before*");
        await FluentActions.Awaiting(async () => await Ledger.ReadAllEntriesAsync(null!).GetAsyncEnumerator().MoveNextAsync()).Should().ThrowAsync<ArgumentNullException>();
        await FluentActions.Awaiting(async () => await ((ILedger)new PagedLedger(Ledger)).ReadAllEntriesAsync(null!).GetAsyncEnumerator().MoveNextAsync()).Should().ThrowAsync<ArgumentNullException>();
    }

    [Fact]
    public async Task Reading_is_ended_by_its_token()
    {
        await FillAsync(10);
        using var stop = new CancellationTokenSource();
        var read = 0;

        await FluentActions.Awaiting(async () =>
        {
            await foreach (var _ in Ledger.ReadAllEntriesAsync(new() { Limit = 2 }, stop.Token))
            {
                read++;
                await stop.CancelAsync();
            }
        }).Should().ThrowAsync<OperationCanceledException>();
        read.Should().Be(2, "what was read is given");
    }

    [Fact]
    public async Task An_entry_that_names_what_is_not_there_is_not_read_as_another_one()
    {
        await FillAsync(3);
        await ExecuteAsync("delete from ledger_counters where id = (select max(id) from ledger_counters)");

        await FluentActions.Awaiting(() => AllAsync(Ledger, new())).Should().ThrowAsync<FormatException>().WithMessage("*names the counter*not there*");
    }

    // One entry with all members, and charges whose users and prices come again and again.
    private async Task FillAsync(int charges) => await Ledger.AppendAsync(
    [
        SampleEntries.Whole,
        .. Enumerable.Range(0, charges).Select(i => Charge($"{i}", i, Noon.AddSeconds(i), $"user-{i % 5}") with
        {
            Counters = [new("user/day", BudgetScope.User($"user-{i % 5}"), Noon.AddHours(-12), null, i)],
            Lines = [new("input_tokens", i, 1m + (i % 3), (1m + (i % 3)) * i), new("cost", 1, 2m, 2m)],
        }),
    ]);

    private static async Task<List<LedgerEntry>> AllAsync(ILedger ledger, LedgerQuery query)
    {
        var entries = new List<LedgerEntry>();
        await foreach (var entry in ledger.ReadAllEntriesAsync(query))
            entries.Add(entry);
        return entries;
    }

    /// <summary>A ledger that has nothing of its own but pages.</summary>
    private sealed class PagedLedger(ILedger inner) : ILedger
    {
        public int Pages { get; private set; }

        public ValueTask<LedgerPage> ReadEntriesAsync(LedgerQuery query, CancellationToken cancellationToken = default)
        {
            Pages++;
            return inner.ReadEntriesAsync(query, cancellationToken);
        }

        public ValueTask<int> AppendAsync(IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken = default) => inner.AppendAsync(entries, cancellationToken);

        public ValueTask<LedgerEntry?> FindEntryAsync(string entryId, CancellationToken cancellationToken = default) => inner.FindEntryAsync(entryId, cancellationToken);

        public ValueTask<LedgerTotal> GetTotalAsync(LedgerQuery query, CancellationToken cancellationToken = default) => inner.GetTotalAsync(query, cancellationToken);

        public ValueTask<LedgerReport> ReportAsync(LedgerReportRequest request, CancellationToken cancellationToken = default) => inner.ReportAsync(request, cancellationToken);

        public ValueTask<LedgerRetentionResult> RemoveOldAsync(LedgerRetention retention, CancellationToken cancellationToken = default) => inner.RemoveOldAsync(retention, cancellationToken);

        public ValueTask DisposeAsync() => default;
    }
}
