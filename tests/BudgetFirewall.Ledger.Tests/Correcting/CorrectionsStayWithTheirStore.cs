namespace BudgetFirewall.Ledger.Tests;

/// <summary>
/// Firewalls with different stores on one ledger leave one another's corrections alone: what the process of one has noted and not made is made by the next process with the same store, once, and by no other.
/// </summary>
public abstract class CorrectionsStayWithTheirStore<THarness> : LedgerSuite<THarness> where THarness : ILedgerHarness, new()
{
    private static readonly BudgetRequest Call = new() { Provider = "openai", UserId = "alice", Cost = 2m, OperationId = "call-1" };

    private static readonly ChargeCorrection Refund = new() { OperationId = "call-1", CorrectionId = "note-1" };

    private readonly string _prefix = "w" + Guid.NewGuid().ToString("N")[..12];

    [Theory]
    [InlineData(StorePlace.Redis, StorePlace.OtherRedis)]
    [InlineData(StorePlace.Redis, StorePlace.OtherPrefix)]
    [InlineData(StorePlace.Redis, StorePlace.Memory)]
    [InlineData(StorePlace.Redis, StorePlace.OwnMemory)]
    [InlineData(StorePlace.Memory, StorePlace.Redis)]
    public async Task What_a_dead_process_has_noted_is_left_to_its_store_which_makes_it_once(StorePlace noting, StorePlace other)
    {
        await DieAfterNotingAsync(noting);
        await using var stranger = await StartAsync(other);
        await LookAsync(stranger);
        var spent = await SpentAsync(stranger);
        (await FluentActions.Awaiting(() => PassTimeWhileAsync(stranger.Firewall.RefundAsync(Refund, 0.5m).AsTask())).Should().ThrowAsync<ChargeUnconfirmedException>())
            .Which.Message.Should().Contain("another store");
        (await CountAsync("count(*) from ledger_corrections where applied_us is null")).Should().Be(1);

        await using var back = await StartAsync(noting);
        var spentBefore = await SpentAsync(back);
        await MadeAsync(2);

        await FlushAsync(back);
        (await SpentAsync(back)).Should().Be(spentBefore - 0.5m);
        (await ReadAllAsync(new() { OperationId = "note-1" })).Should().ContainSingle().Which.Counters.Should().ContainSingle().Which.Amount.Should().Be(-0.5m);
        (await PassTimeWhileAsync(stranger.Firewall.RefundAsync(Refund, 0.5m).AsTask())).IsReplay.Should().BeTrue("it is in the ledger that they share");
        (await SpentAsync(stranger)).Should().Be(spent);
    }

    [Fact]
    public async Task Each_firewall_makes_what_its_own_store_has_noted()
    {
        await DieAfterNotingAsync(StorePlace.Redis);
        await DieAfterNotingAsync(StorePlace.OtherRedis, Call with { OperationId = "call-2" }, Refund with { OperationId = "call-2", CorrectionId = "note-2" });
        await using var one = await StartAsync(StorePlace.Redis);
        await using var other = await StartAsync(StorePlace.OtherRedis);

        await MadeAsync(2);

        (await SpentAsync(one)).Should().Be(1.5m);
        (await SpentAsync(other)).Should().Be(1.5m);
        (await ReadAllAsync(new() { Kinds = [LedgerEntryKind.Correction] })).Should().HaveCount(2);
    }

    [Fact]
    public async Task A_process_gives_Redis_back_the_id_that_was_lost_with_its_data()
    {
        await using (var dying = await StartAsync(StorePlace.Redis))
        {
            await dying.Firewall.ChargeAsync(Call);
            await PassTimeWhileAsync(dying.Firewall.RefundAsync(Refund with { CorrectionId = "note-0" }, 0.5m).AsTask());
            await FlushAsync(dying);
            await LoseStoreIdAsync();
            await NoteAndLoseAsync(dying, Refund);
        }
        await using var process = await StartAsync(StorePlace.Redis);

        await MadeAsync(2);

        (await SpentAsync(process)).Should().Be(1m);
    }

    [Fact]
    public async Task What_memory_has_noted_that_ended_with_its_process_is_recorded_a_day_later_and_moves_no_counter()
    {
        await DieAfterNotingAsync(StorePlace.OwnMemory);
        await using var one = await StartAsync(StorePlace.OwnMemory);
        await using var other = await StartAsync(StorePlace.Redis);
        await LookAsync(one);
        (await CountAsync("count(*) from ledger_corrections where applied_us is null")).Should().Be(1);

        Clock.Advance(TimeSpan.FromDays(1));
        await MadeAsync(2);

        await FlushAsync(one);
        await FlushAsync(other);
        var entry = (await ReadAllAsync(new() { OperationId = "note-1" })).Should().ContainSingle().Which;
        (entry.OperationId, entry.Amount, entry.Counters.Length).Should().Be(("note-1", -0.5m, 0));
        (await one.Firewall.RefundAsync(Refund, 0.5m)).Should().Match<CorrectionReceipt>(receipt => receipt.IsReplay && receipt.EntryId == entry.Id && receipt.Counters.Length == 0);

        // The process was only away, and has made it: its journal brings the entry.
        (await Ledger.AppendAsync([entry with { Time = entry.Time.AddSeconds(1), Counters = [new("global/none", BudgetScope.Global, null, null, -500_000_000)] }])).Should().Be(0);
        (await Ledger.AppendAsync([entry])).Should().Be(0);
        (await ReadAllAsync(new() { OperationId = "note-1" })).Should().ContainSingle();
    }

    [Theory]
    [InlineData(StorePlace.Redis, StorePlace.Redis, false)]
    [InlineData(StorePlace.Redis, StorePlace.Redis, true)]
    [InlineData(StorePlace.Memory, StorePlace.OwnMemory, false)]
    public async Task What_a_store_has_noted_that_another_one_has_replaced_is_recorded_a_day_later_and_moves_no_counter(StorePlace noting, StorePlace replacing, bool isRepeated)
    {
        await DieAfterNotingAsync(noting);
        await LoseStoreIdAsync();
        await using var process = await StartAsync(replacing);
        await LookAsync(process);
        (await CountAsync("count(*) from ledger_corrections where applied_us is null")).Should().Be(1, "the store may only be away");
        var spent = await SpentAsync(process);

        Clock.Advance(TimeSpan.FromDays(1));
        if (isRepeated)
            (await PassTimeWhileAsync(process.Firewall.RefundAsync(Refund, 0.5m).AsTask())).Should().Match<CorrectionReceipt>(receipt => receipt.Amount == 0.5m && receipt.Counters.Length == 0);
        else
            await MadeAsync(2);

        await FlushAsync(process);
        (await ReadAllAsync(new() { OperationId = "note-1" })).Should().ContainSingle().Which.Should().Match<LedgerEntry>(entry => entry.Amount == -0.5m && entry.Counters.Length == 0);
        (await SpentAsync(process)).Should().Be(spent);
        (await PassTimeWhileAsync(process.Firewall.RefundAsync(Refund, 0.5m).AsTask())).IsReplay.Should().BeTrue();
    }

    [Fact]
    public async Task What_a_store_in_use_has_noted_is_left_to_it_for_as_long_as_it_cannot_make_it()
    {
        await using var one = await StartAsync(StorePlace.Redis);
        await one.Firewall.ChargeAsync(Call);
        await FlushAsync(one);
        await NoteAndLoseAsync(one, Refund);
        await using var other = await StartAsync(StorePlace.OtherRedis);
        for (var i = 0; i < 4; i++)
        {
            Clock.Advance(TimeSpan.FromHours(8));
            var since = MicrosecondsOf(Clock.GetUtcNow());
            await WaitUntilAsync(async () =>
            {
                Clock.Advance(TimeSpan.FromSeconds(61));
                return await CountAsync($"count(*) from ledger_state where name like 'store:%' and value >= {since}") == 2;
            });
        }
        await LookAsync(other);
        (await CountAsync("count(*) from ledger_corrections where applied_us is null")).Should().Be(1);

        one.Store.Next = FaultyCorrections.Fault.None;
        await MadeAsync(2);

        (await SpentAsync(one)).Should().Be(1.5m);
    }

    [Fact]
    public async Task What_a_store_has_noted_that_nobody_has_replaced_waits_until_it_is_used_again()
    {
        await DieAfterNotingAsync(StorePlace.Redis);
        await using var stranger = await StartAsync(StorePlace.OtherPrefix);
        Clock.Advance(TimeSpan.FromDays(3));
        await LookAsync(stranger);
        await FluentActions.Awaiting(() => PassTimeWhileAsync(stranger.Firewall.RefundAsync(Refund, 0.5m).AsTask())).Should().ThrowAsync<ChargeUnconfirmedException>();

        await using var back = await StartAsync(StorePlace.Redis);
        await MadeAsync(2);

        (await SpentAsync(back)).Should().Be(1.5m);
    }

    [Fact]
    public async Task More_than_a_page_that_can_never_be_made_keeps_no_other_one_from_being_made()
    {
        await DieAfterNotingAsync(StorePlace.Memory);
        for (var i = 0; i < 101; i++)
            await NoteAsync($"never-{i}", notedAt: 1, "memory");
        await using var process = await StartAsync(StorePlace.Memory);

        await MadeAsync(1);

        (await SpentAsync(process)).Should().Be(1.5m);
    }

    [Fact]
    public async Task Pages_of_pending_corrections_have_those_of_the_store_oldest_first_each_once()
    {
        await ReadAllAsync(new());
        foreach (var (id, notedAt, storeId) in new[] { ("a", 1, "one"), ("b", 2, "other"), ("c", 2, "one"), ("d", 2, "other"), ("e", 2, "other"), ("f", 3, "one"), ("g", 9, "one") })
            await NoteAsync(id, notedAt, storeId);
        var found = new List<string>();
        string? cursor = null;
        do
        {
            var page = await ((ICorrectionLedger)Ledger).ReadPendingCorrectionsAsync("one", DateTimeOffset.UnixEpoch.AddMicroseconds(8), 2, cursor);
            page.Corrections.Length.Should().BeLessThanOrEqualTo(2);
            found.AddRange(page.Corrections.Select(noted => noted.CorrectionId));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        found.Should().Equal("a", "c", "f");
        await FluentActions.Awaiting(() => ((ICorrectionLedger)Ledger).ReadPendingCorrectionsAsync("one", Noon, 2, "mine").AsTask()).Should().ThrowAsync<ArgumentException>();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_note_that_says_no_store_is_made_by_the_first_unless_another_one_has_notes_and_then_by_whom_it_is_repeated(bool hasOther)
    {
        await DieAfterNotingAsync(StorePlace.Redis);
        await ExecuteAsync("update ledger_corrections set store_id = null");
        if (hasOther)
        {
            await using var other = await StartAsync(StorePlace.OtherRedis);
            await other.Firewall.ChargeAsync(Call with { OperationId = "call-2" });
            await PassTimeWhileAsync(other.Firewall.RefundAsync(Refund with { OperationId = "call-2", CorrectionId = "note-2" }).AsTask());
            await FlushAsync(other);
        }
        await using var process = await StartAsync(StorePlace.Redis);
        if (hasOther)
        {
            await LookAsync(process);
            await PassTimeWhileAsync(process.Firewall.RefundAsync(Refund, 0.5m).AsTask());
        }

        await MadeAsync(hasOther ? 3 : 1);

        (await SpentAsync(process)).Should().Be(hasOther ? 3m : 1.5m);
        (await CountAsync("count(*) from ledger_corrections where store_id is null")).Should().Be(0);
    }

    [Fact]
    public async Task A_note_in_a_database_of_before_notes_said_their_store_is_kept_and_says_none()
    {
        await MakeAsync(version: 13);
        await ExecuteAsync(
            "insert into ledger_corrections (amount_nanos, before_nanos, is_whole, charge_us, noted_us, correction_id, operation_scope, partition_name, fingerprint, charge_id) "
            + "values (1, 0, 0, 1, 1, 'old', '', '', '00000000000000000000000000000001', 'charge')");

        var found = await ((ICorrectionLedger)Ledger).ReadPendingCorrectionsAsync("any", Noon, 10);

        var note = found.Corrections.Should().ContainSingle().Which;
        (note.CorrectionId, note.AmountNanos, note.StoreId).Should().Be(("old", 1, null));
        (await CountAsync("max(version) from ledger_versions")).Should().BeGreaterThanOrEqualTo(14);
    }

    /// <summary>Notes a correction of a charge that is not kept any more.</summary>
    private Task NoteAsync(string id, long notedAt, string storeId) => ExecuteAsync(
        "insert into ledger_corrections (amount_nanos, before_nanos, is_whole, charge_us, noted_us, correction_id, operation_scope, partition_name, fingerprint, charge_id, store_id) "
        + $"values (1, 0, 0, 1, {notedAt}, '{id}', '', '', '00000000000000000000000000000001', 'removed', '{storeId}')");

    private static long MicrosecondsOf(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Has Redis lose the id of the store, which no process knows any more.</summary>
    private async Task LoseStoreIdAsync() => await (await RedisForLedgers.ConnectAsync()).GetDatabase().KeyDeleteAsync($"{{{_prefix}:%ledger}}:v1:store");

    /// <summary>Makes the tables as a former version has made them.</summary>
    private async Task MakeAsync(int version)
    {
        await using var connection = await Harness.ConnectAsync();
        var package = connection is Npgsql.NpgsqlConnection ? typeof(PostgresLedger).Assembly : typeof(SqliteLedger).Assembly;
        await ExecuteAsync(TextOf(typeof(DatabaseLedger).Assembly, "make_versions"));
        for (var made = 1; made <= version; made++)
        {
            await ExecuteAsync(TextOf(package, $"migration_{made:000}"));
            await ExecuteAsync($"insert into ledger_versions (version) values ({made})");
        }
    }

    private static string TextOf(System.Reflection.Assembly package, string statement)
    {
        using var reader = new StreamReader(package.GetManifestResourceStream(statement + ".sql")!);
        return reader.ReadToEnd();
    }

    private Task DieAfterNotingAsync(StorePlace place) => DieAfterNotingAsync(place, Call, Refund);

    private async Task DieAfterNotingAsync(StorePlace place, BudgetRequest call, ChargeCorrection refund)
    {
        await using var dying = await StartAsync(place);
        await dying.Firewall.ChargeAsync(call);
        await FlushAsync(dying);
        await NoteAndLoseAsync(dying, refund);
    }

    private async Task NoteAndLoseAsync(CorrectedProcess dying, ChargeCorrection refund)
    {
        dying.Store.Next = FaultyCorrections.Fault.NotReached;
        await FluentActions.Awaiting(() => PassTimeWhileAsync(dying.Firewall.RefundAsync(refund, 0.5m).AsTask())).Should().ThrowAsync<ChargeUnconfirmedException>();
        (await CountAsync("count(*) from ledger_corrections where applied_us is null")).Should().BePositive();
    }

    private Task MadeAsync(long count) =>
        PassUntilAsync(TimeSpan.FromSeconds(61), StepPatience, async () => await CountAsync("count(*) from ledger_corrections where applied_us is not null") == count);

    /// <summary>Has a process look for what is noted and not made, and see it through: it makes one of its own, which was noted last.</summary>
    private async Task LookAsync(CorrectedProcess process)
    {
        await process.Firewall.ChargeAsync(Call with { OperationId = "own" });
        await FlushAsync(process);
        var spent = await SpentAsync(process);
        await NoteAndLoseAsync(process, new() { OperationId = "own", CorrectionId = "own" });
        process.Store.Next = FaultyCorrections.Fault.None;
        await PassUntilAsync(TimeSpan.FromSeconds(61), StepPatience, async () => await CountAsync("count(*) from ledger_corrections where correction_id = 'own' and applied_us is not null") == 1);
        (await SpentAsync(process)).Should().Be(spent - 0.5m, "it has made its own alone");
    }

    private Task<bool> FlushAsync(CorrectedProcess process) => PassTimeWhileAsync(Flushed(process));

    private static async Task<bool> Flushed(CorrectedProcess process)
    {
        await process.Feed.FlushAsync();
        return true;
    }

    // Between two looks the delivery waits by the test's clock.
    private async Task<T> PassTimeWhileAsync<T>(Task<T> work)
    {
        await PassUntilAsync(TimeSpan.FromMilliseconds(20), () => work.IsCompleted);
        return await work;
    }

    private static async Task<decimal> SpentAsync(CorrectedProcess process) => (await process.Firewall.GetStatusAsync(BudgetScope.Global)).Budgets[0].Spent;

    private async Task<CorrectedProcess> StartAsync(StorePlace place)
    {
        var isRedis = place is StorePlace.Redis or StorePlace.OtherRedis or StorePlace.OtherPrefix;
        if (Clock.GetUtcNow() == Noon)
            Clock.MoveTo(DateTimeOffset.UtcNow);
        var process = CorrectedProcess.Start(
            isRedis ? await RedisForLedgers.ConnectAsync() : null,
            place == StorePlace.OtherPrefix ? _prefix + "b" : _prefix,
            Clock,
            () => Harness.Open(),
            options => options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 100m, Period = BudgetPeriod.None }),
            options => options.RestoreState = place != StorePlace.OwnMemory,
            redisDatabase: place == StorePlace.OtherRedis ? 1 : -1);
        // A connection that is being made has only so long by the test's clock.
        await SpentAsync(process);
        return process;
    }
}
