using System.Text;
using BudgetFirewall.Ledger.Tests.Receipts;
using BudgetFirewall.Receipts;
using FluentAssertions.Execution;

namespace BudgetFirewall.Ledger.Tests.Erasing;

/// <summary>What erasing a person changes, and what stays as it is.</summary>
public abstract class PersonsAreErased<THarness> : LedgerSuite<THarness>, IDisposable where THarness : ILedgerHarness, new()
{
    private const string Origin = "example.com/ledger";
    private const string Person = "qx7zv-wkj3p";

    private readonly EcdsaSigner _signer = EcdsaSigner.Generate();

    private LedgerReceiptOptions Options => new() { Origin = Origin, Signer = _signer };

    public void Dispose()
    {
        _signer.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Sums_and_reports_stay_with_another_name_in_them()
    {
        var receipts = LedgerReceipts.Of(Ledger, Options);
        await Ledger.AppendAsync(NamingEntries.Of(Person));
        var before = await SumsAsync(Person);

        var result = await LedgerErasure.Of(Ledger, timeProvider: Clock).EraseAsync(BudgetScope.User(Person), "privacy", "request 4711");

        result.ErasedId.Should().Be("(erased 1)");
        result.Remainders.Should().BeEmpty();
        (await SumsAsync("(erased 1)")).Should().Be(before.Replace(Person, "(erased 1)", StringComparison.Ordinal));
        (await Ledger.GetTotalAsync(Of(("user", Person)))).Count.Should().Be(0);
        (await receipts.VerifyAllAsync()).IsValid.Should().BeTrue();
    }

    [Fact]
    public async Task Receipts_stay_true_those_from_before_and_those_from_afterwards()
    {
        var receipts = LedgerReceipts.Of(Ledger, Options);
        var entries = NamingEntries.Of(Person);
        await Ledger.AppendAsync(entries);
        var handedOut = new List<byte[]>();
        foreach (var entry in entries)
            handedOut.Add((await receipts.GetAsync(entry.Id))!.ToJson());

        await LedgerErasure.Of(Ledger).EraseAsync(BudgetScope.User(Person), "privacy");

        var after = await ReadAllAsync(new());
        after.Should().HaveCount(entries.Length);
        foreach (var entry in after)
            handedOut.Add((await receipts.GetAsync(entry.Id))!.ToJson());
        handedOut.Should().HaveCount(2 * entries.Length).And.OnlyContain(json => ReceiptVerifier.Verify(json, new[] { _signer.Key }, Origin).IsValid);
        handedOut.Skip(entries.Length).Select(Encoding.UTF8.GetString).Should().OnlyContain(json => !json.Contains(Person));
        var (all, log) = (await receipts.VerifyAllAsync(), await LedgerErasure.Of(Ledger).ListAsync());
        all.Findings.Should().BeEmpty();
        all.Erased.Should().BePositive().And.Be(log.Sum(erasure => erasure.Values));
    }

    [Fact]
    public async Task What_was_allocated_to_them_names_them_no_more_and_is_taken_back_all_the_same()
    {
        var receipts = LedgerReceipts.Of(Ledger, Options);
        var ledger = (IAllocationLedger)Ledger;
        await ledger.AllocateAsync(new()
        {
            Id = "fee", Source = $"seat of {Person}", Amount = 9m, From = Noon.AddDays(-1), To = Noon.AddDays(1), Method = AllocationMethod.FixedShares,
            Targets = [new(BudgetScope.User(Person), 2m), new(BudgetScope.User("bob"), 1m)], By = Person, Reason = $"{Person} asked",
        });

        (await LedgerErasure.Of(Ledger).EraseAsync(BudgetScope.User(Person), "privacy")).IsComplete.Should().BeTrue();

        (await EveryText.FindAsync(Harness, Person)).Should().BeEmpty();
        var kept = (await ledger.FindAllocationAsync("fee"))!;
        (kept.Allocation.By, kept.Allocation.Source).Should().Be(("(erased 1)", "seat of (erased 1)"));
        kept.Shares.Select(share => (share.Scope.ToString(), share.Amount)).Should().Equal(("user=bob", 3m), ("user=(erased 1)", 6m));
        await ledger.TakeBackAllocationAsync("fee");
        (await Ledger.ReportAsync(new() { From = Noon.AddDays(-1), To = Noon.AddDays(1), GroupBy = ["user"] })).Rows.Should().BeEmpty();
        (await receipts.VerifyAllAsync()).IsValid.Should().BeTrue();
    }

    [Fact]
    public async Task Nothing_of_the_id_is_left_in_the_database()
    {
        LedgerReceipts.Of(Ledger, Options);
        // The tables are there from the first call on.
        await Ledger.ReadEntriesAsync(new());
        await SubscriptionRowsAsync();
        await Ledger.AppendAsync(NamingEntries.Of(Person));
        (await EveryText.FindAsync(Harness, Person)).Distinct().Should().Contain(
            ["ledger_scopes.scope", "ledger_names.name", "ledger_entries.operation_id", "ledger_entries.reason", "ledger_entry_changes.old_content", "ledger_entry_changes.new_content", "ledger_events.body"]);

        (await LedgerErasure.Of(Ledger).EraseAsync(BudgetScope.User(Person), by: Person, reason: $"{Person} wants it")).IsComplete.Should().BeTrue();

        (await EveryText.FindAsync(Harness, Person)).Should().BeEmpty();
        (await LedgerErasure.Of(Ledger).ListAsync()).Should().ContainSingle().Which.Should().Match<LedgerErasureRecord>(erasure => erasure.By == "(erased 1)" && erasure.Reason == "(erased 1) wants it");
    }

    [Fact]
    public async Task A_log_says_who_asked_and_when_and_a_repetition_changes_nothing()
    {
        await Ledger.AppendAsync([Charge("1", 1, user: "alice"), Charge("2", 2, user: "bob"), Charge("3", 3, user: "alice")]);
        var erasure = LedgerErasure.Of(Ledger, timeProvider: Clock);

        var first = await erasure.EraseAsync(BudgetScope.User("alice"), "privacy", "request 4711");
        Clock.Advance(TimeSpan.FromHours(1));
        var again = await erasure.EraseAsync(BudgetScope.User("alice"), "privacy");
        var second = await erasure.EraseAsync(BudgetScope.User("bob"), "dora");

        (first.ErasedId, first.Entries).Should().Be(("(erased 1)", 2));
        (again.ErasedId, again.Entries, again.IsComplete).Should().Be((null, 0, true));
        second.ErasedId.Should().Be("(erased 2)");
        (await erasure.ListAsync()).Should().Equal(
            new LedgerErasureRecord(1, Noon, "privacy", "request 4711", "user", "(erased 1)", 2, 0), new LedgerErasureRecord(2, Noon.AddHours(1), "dora", null, "user", "(erased 2)", 1, 0));
    }

    [Fact]
    public async Task Other_kinds_partitions_and_nobody_are_refused()
    {
        await Ledger.AppendAsync([Charge("1", 1, user: "alice", project: "search")]);
        var erasure = LedgerErasure.Of(Ledger, new() { PersonalKinds = new HashSet<string> { "user", "tenant" }, PartitionBy = "tenant" });

        await Refused(BudgetScope.Project("search"), "privacy").WithMessage("*'project' do not belong to persons*tenant, user*");
        await Refused(BudgetScope.Of("tenant", "acme"), "privacy").WithMessage("*partitioned by 'tenant'*");
        await Refused(BudgetScope.Each("user"), "privacy").WithParameterName("scope");
        await Refused(default, "privacy").WithParameterName("scope");
        await Refused(BudgetScope.User("alice"), "").WithParameterName("by");
        (await erasure.EraseAsync(BudgetScope.User("alice"), "privacy")).ErasedId.Should().Be("(erased 1)");
        await Refused(BudgetScope.User("(erased 1)"), "privacy").WithMessage("*erased already*");

        async Task<FluentAssertions.Specialized.ExceptionAssertions<ArgumentException>> Refused(BudgetScope scope, string by) =>
            await FluentActions.Awaiting(async () => await erasure.EraseAsync(scope, by)).Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task A_process_that_knows_the_person_writes_on_under_a_new_name()
    {
        var receipts = LedgerReceipts.Of(Ledger, Options);
        await Ledger.AppendAsync([SampleEntries.Charge(0), SampleEntries.Charge(1) with { Actor = "alice" }]);
        await using (var other = Harness.Open(Clock))
            await LedgerErasure.Of(other).EraseAsync(BudgetScope.User("alice"), "privacy");

        await Ledger.AppendAsync([SampleEntries.Charge(2), SampleEntries.Charge(3) with { Actor = "alice" }]);

        (await Ledger.GetTotalAsync(Of(("user", "alice")))).Count.Should().Be(2);
        (await Ledger.GetTotalAsync(Of(("user", "(erased 1)")))).Count.Should().Be(2);
        (await receipts.VerifyAllAsync()).Findings.Should().BeEmpty();
        (await receipts.GetAsync(SampleEntries.Charge(3).Id))!.Entry.UserId.Should().Be("alice");
        var second = await LedgerErasure.Of(Ledger).EraseAsync(BudgetScope.User("alice"), "privacy");
        (second.ErasedId, second.Entries).Should().Be(("(erased 2)", 2));
        (await receipts.VerifyAllAsync()).Should().Match<LedgerVerification>(all => all.IsValid && all.Erased == 6);
    }

    [Fact]
    public async Task An_entry_that_is_delivered_again_after_its_operation_was_renamed_is_passed_over_for_a_day()
    {
        LedgerReceipts.Of(Ledger, Options);
        var entry = Charge("alice-17", 5);
        await Ledger.AppendAsync([entry]);
        await LedgerErasure.Of(Ledger, timeProvider: Clock).EraseAsync(BudgetScope.User("alice"), "privacy");

        (await Ledger.AppendAsync([entry, Charge("alice-18", 7)])).Should().Be(1);
        (await ReadAllAsync(new())).Select(found => found.OperationId).Should().BeEquivalentTo("(erased 1)-17", "alice-18");
        Clock.Advance(TimeSpan.FromDays(2));
        await Ledger.AppendAsync([Charge("19", 1, Clock.GetUtcNow())]);
        (await CountAsync("count(*) from ledger_erased_entries")).Should().Be(0, "whoever guesses an id could find out by it who it was");
    }

    [Fact]
    public async Task A_correction_finds_its_charge_whose_operation_was_renamed()
    {
        var receipts = LedgerReceipts.Of(Ledger, Options);
        var charge = Charge("alice-17", 5);
        await Ledger.AppendAsync([charge]);
        await Ledger.AppendAsync([Charge("c1", -1) with { Kind = LedgerEntryKind.Correction, CorrectedEntryId = charge.Id, Reason = "for alice, and alice.smith too" }]);

        await LedgerErasure.Of(Ledger).EraseAsync(BudgetScope.User("alice"), "privacy");

        var correction = (await ReadAllAsync(new() { Kinds = [LedgerEntryKind.Correction] })).Should().ContainSingle().Subject;
        correction.CorrectedEntryId.Should().NotBe(charge.Id);
        (await Ledger.FindEntryAsync(correction.CorrectedEntryId!))!.OperationId.Should().Be("(erased 1)-17");
        correction.Reason.Should().Be("for (erased 1), and alice.smith too");
        (await receipts.VerifyAllAsync()).Findings.Should().BeEmpty();
    }

    [Fact]
    public async Task What_a_leaf_holds_in_clear_stays_and_is_told()
    {
        var receipts = LedgerReceipts.Of(Ledger, Options);
        await Ledger.AppendAsync([Charge("for alice", 1, user: "bob"), Charge("2", 1, user: "alice", project: "alice"), Charge("3-Qx7Zv4Wk9-1", 1, user: "x")]);
        await ExecuteAsync("insert into ledger_store_state (kind, partition_id, version, expires_us, name, content) values (1, 0, 1, null, 'user=alice/day', '{\"s\":\"user=alice\"}')");

        var result = await LedgerErasure.Of(Ledger).EraseAsync(BudgetScope.User("alice"), "privacy");

        result.Remainders.Should().BeEquivalentTo(new[]
        {
            new LedgerErasureRemainder(LedgerErasurePlace.LiveState, 1), new LedgerErasureRemainder(LedgerErasurePlace.AttestedText, 1), new LedgerErasureRemainder(LedgerErasurePlace.OtherScope, 1),
        });
        (await receipts.VerifyAllAsync()).IsValid.Should().BeTrue();
        (await Ledger.ReadEntriesAsync(new() { OperationId = "for alice" })).Entries.Should().ContainSingle();
    }

    [Fact]
    public async Task What_is_in_force_stays_and_is_told_and_without_receipts_every_text_is_rewritten()
    {
        await Ledger.AppendAsync([Charge("for alice", 1, user: "bob") with { OperationScope = "alice", Actor = "alice", Reason = "with alice" }]);
        await SubscriptionRowsAsync("""["user=alice"]""");
        await ExecuteAsync("insert into ledger_event_deliveries (event_row, state, attempts, created_us, first_us, next_us, subscription_id, last_error) values (1, 2, 1, 0, 0, 0, 'sub', 'alice is not here')");
        await ExecuteAsync(
            "insert into ledger_anomalies (kind, hour_us, scope_id, counter_id, end_us, found_us, partition_id, seen, expected, threshold, scale, growth, basis, samples, budget_id) "
            + "values (1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 'user=alice/day')");
        foreach (var (number, applied) in new[] { ("1", "null"), ("2", "5") })
        {
            await ExecuteAsync(
                "insert into ledger_corrections (amount_nanos, before_nanos, is_whole, charge_us, noted_us, applied_us, correction_id, operation_scope, partition_name, fingerprint, charge_id, actor, reason) "
                + $"values (1, 0, 0, 0, 0, {applied}, 'alice-{number}', 'alice', '', 'f', 'x', null, 'alice')");
        }

        var result = await LedgerErasure.Of(Ledger).EraseAsync(BudgetScope.User("alice"), "privacy");

        result.Remainders.Should().BeEquivalentTo(new[] { new LedgerErasureRemainder(LedgerErasurePlace.Subscription, 1), new LedgerErasureRemainder(LedgerErasurePlace.PendingCorrection, 1) });
        result.Entries.Should().Be(1);
        (await ReadAllAsync(new())).Should().ContainSingle().Which.Should().Match<LedgerEntry>(
            entry => entry.OperationId == "for (erased 1)" && entry.OperationScope == "(erased 1)" && entry.Actor == "(erased 1)" && entry.Reason == "with (erased 1)" && entry.UserId == "bob");
        (await EveryText.FindAsync(Harness, "alice")).Distinct().Should().BeEquivalentTo(
            "ledger_corrections.correction_id", "ledger_corrections.operation_scope", "ledger_corrections.reason", "ledger_event_subscriptions.scopes");
        (await CountAsync("count(*) from ledger_corrections where correction_id = '(erased 1)-2' and reason = '(erased 1)' and actor is null")).Should().Be(1);
    }

    [Fact]
    public async Task Somebody_exchanged_without_an_erasure_is_a_finding()
    {
        var receipts = LedgerReceipts.Of(Ledger, Options);
        await Ledger.AppendAsync([SampleEntries.Charge(0), SampleEntries.Charge(1, "bob")]);
        await LedgerErasure.Of(Ledger).EraseAsync(BudgetScope.User("alice"), "privacy");
        (await receipts.VerifyAllAsync()).IsValid.Should().BeTrue();

        await ExecuteAsync("delete from ledger_erasures");

        (await receipts.VerifyAllAsync()).Findings.Select(finding => finding.Kind).Distinct().Should().Equal(LedgerFindingKind.ErasureUnknown);
    }

    [Fact]
    public async Task An_erasure_that_fails_has_changed_nothing_and_is_repeated()
    {
        var receipts = LedgerReceipts.Of(Ledger, Options);
        await Ledger.AppendAsync(NamingEntries.Of(Person));
        var before = await EveryText.FindAsync(Harness, Person);
        await ExecuteAsync("alter table ledger_erasures rename to erasures_elsewhere");
        await FluentActions.Awaiting(async () => await LedgerErasure.Of(Ledger).EraseAsync(BudgetScope.User(Person), "privacy")).Should().ThrowAsync<LedgerException>();
        (await EveryText.FindAsync(Harness, Person)).Should().Equal(before);
        await ExecuteAsync("alter table erasures_elsewhere rename to ledger_erasures");

        (await receipts.VerifyAllAsync()).IsValid.Should().BeTrue();
        (await LedgerErasure.Of(Ledger).EraseAsync(BudgetScope.User(Person), "privacy")).IsComplete.Should().BeTrue();
        (await receipts.VerifyAllAsync()).IsValid.Should().BeTrue();
    }

    [Theory]
    [InlineData("o'hara-q\"x7\\zv")]
    [InlineData("%_q7x__%zv")]
    [InlineData("\u00e9\u00fc\ud83d\ude00 \u0000 \u001a!")]
    [InlineData("(erased 1)")]
    [InlineData("{\"a\":\"b\"}")]
    [InlineData("name@example.com")]
    [InlineData("user")]
    [InlineData("-")]
    public async Task Whatever_an_id_looks_like_it_is_erased_and_nobody_else(string id)
    {
        using var scope = new AssertionScope(DisplayText.Escape(id));
        var receipts = LedgerReceipts.Of(Ledger, Options);
        await Ledger.AppendAsync([.. NamingEntries.Of(id), .. NamingEntries.Of("other", Noon.AddHours(1))]);

        var result = await LedgerErasure.Of(Ledger).EraseAsync(BudgetScope.User(id), "privacy");

        result.ErasedId.Should().Match("(erased *)").And.NotBe(id);
        (await receipts.VerifyAllAsync()).Findings.Should().BeEmpty();
        (await Ledger.GetTotalAsync(Of(("user", id)))).Count.Should().Be(0);
        (await Ledger.GetTotalAsync(Of(("user", result.ErasedId!)))).Count.Should().Be(NamingEntries.Of(id).Count(entry => entry.UserId == id));
        (await ReadAllAsync(new())).Where(entry => entry.UserId == "other").Should().HaveCount(NamingEntries.Of("x").Count(entry => entry.UserId == "x"));
        (await LedgerErasure.Of(Ledger).EraseAsync(BudgetScope.User(id), "privacy")).ErasedId.Should().BeNull("nothing of it is left");
    }

    [Fact]
    public async Task In_texts_an_id_is_found_as_a_whole_word_or_behind_its_kind()
    {
        (string Text, string After)[] texts =
        [
            ("alice", "X"), ("alice-123", "X-123"), ("charge_alice_1", "charge_X_1"), ("user=alice", "user=X"), ("user=alice/day", "user=X/day"), ("for user=alice, twice", "for user=X, twice"), ("It was alice.", "It was X."),
            ("alice alice", "X X"), ("user=alice-smith/day", "user=alice-smith/day"), ("project=alice", "project=alice"), ("superuser=alice", "superuser=alice"), ("alice=x", "alice=x"),
            ("It was user=alice.", "It was user=X."), ("user=alice: twice", "user=X: twice"), ("?user=alice&project=x", "?user=X&project=x"), ("(user=alice).", "(user=X)."), ("user=alice!?", "user=X!?"),
            ("user=alice.smith", "user=alice.smith"), ("user=alice&bob", "user=alice&bob"), ("user=alice:2", "user=alice:2"), ("user=alice-", "user=alice-"), ("user=alice@example.com", "user=alice@example.com"),
            ("alice@example.com", "alice@example.com"), ("bob.alice", "bob.alice"), ("alice2", "alice2"), ("malice", "malice"),
        ];
        LedgerReceipts.Of(Ledger, Options);
        await Ledger.AppendAsync([.. texts.Select((text, i) => Charge(text.Text, 1, Noon.AddSeconds(i)) with { Reason = text.Text })]);

        await LedgerErasure.Of(Ledger).EraseAsync(BudgetScope.User("alice"), "privacy");

        var after = texts.Select(text => text.After.Replace("X", "(erased 1)", StringComparison.Ordinal)).ToList();
        (await ReadAllAsync(new())).OrderBy(entry => entry.Time).Select(entry => (entry.OperationId, entry.Reason)).Should().Equal(after.Select(text => (text, (string?)text)));
    }

    /// <summary>A subscription that hears of everything, so that events are kept.</summary>
    private async Task SubscriptionRowsAsync(string scopes = "[]") => await ExecuteAsync(
        "insert into ledger_event_subscriptions (kind, is_active, created_us, former_until_us, id, name, url, types, scopes, secret, former_secret, disabled_reason) "
        + $"values (1, 1, 0, 0, 'sub', '', 'https://example.com', '[]', '{scopes}', '', '', '')");

    private async Task<string> SumsAsync(string person)
    {
        var (from, to) = (Noon.AddDays(-1), Noon.AddDays(1));
        var report = await Ledger.ReportAsync(new LedgerReportRequest { From = from, To = to, GroupBy = ["user", "project"], Interval = LedgerInterval.Hour });
        var counters = (await Ledger.ReadCountersAsync(from.AddYears(-1))).Counters.Select(total => $"{total.Counter.Family} {total.Counter.Scope} {total.Counter.PeriodStart:o} {total.Counter.Moved}");
        return string.Join('\n', [report.ToCsv(), $"{await Ledger.GetTotalAsync(Of(("user", person)))}", $"{await Ledger.GetTotalAsync(new())}", .. counters]);
    }
}
