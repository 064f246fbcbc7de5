using System.Globalization;
using System.Text.Json;
using BudgetFirewall.Receipts;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Ledger.Tests.Erasing;

/// <summary>Persons whose ids look like numbers, parts of times, words of the formats or ids of another kind.</summary>
public abstract class JsonStaysReadable<THarness> : LedgerSuite<THarness> where THarness : ILedgerHarness, new()
{
    private const string Times = "2026-12-30T12:30:01+00:00";

    private static string Erased => PersonalValue.ErasedId(1);

    [Theory]
    [MemberData(nameof(AwkwardIds.All), MemberType = typeof(AwkwardIds))]
    public async Task Shared_costs_are_read_and_taken_back_and_name_the_person_no_more(string id)
    {
        var ledger = (IAllocationLedger)Ledger;
        var scopes = new Dictionary<string, string> { ["project"] = "search", ["user"] = id };
        var fee = new CostAllocation
        {
            Id = "fee", Source = "seats", Amount = 12m, Currency = "EUR", From = Noon.AddDays(-1), To = Noon.AddDays(1), Method = AllocationMethod.FixedShares, TimeZone = "Europe/Berlin",
            Targets = [new(BudgetScope.User(id), 1m), new(BudgetScope.User("bob"), 30m)], By = id, Reason = $"for user={id}.",
        };
        await ledger.AllocateAsync(fee);
        await ledger.AllocateAsync(fee with { Id = "teams", Targets = [new(BudgetScope.Of("team", "search"), 1m), new(BudgetScope.Of("team", id + "x"), 1m)], Scopes = scopes });

        (await LedgerErasure.Of(Ledger).EraseAsync(BudgetScope.User(id), "privacy")).ErasedId.Should().Be(Erased);

        var made = (await ledger.FindAllocationAsync("fee"))!;
        var allocation = made.Allocation;
        (allocation.By, allocation.Reason, allocation.Currency, allocation.TimeZone, allocation.Amount, allocation.From).Should().Be((Erased, $"for user={Erased}.", "EUR", "Europe/Berlin", 12m, Noon.AddDays(-1)));
        var teams = (await ledger.FindAllocationAsync("teams"))!;
        teams.Allocation.Scopes.Should().Equal(new Dictionary<string, string> { ["project"] = "search", ["user"] = Erased });
        teams.Shares.Select(share => share.Scope.Id).Should().BeEquivalentTo("search", id + "x");
        made.Shares.Select(share => (share.Scope.ToString(), share.Weight)).Should().BeEquivalentTo([($"user={Erased}", 1m), ("user=bob", 30m)]);
        await ledger.TakeBackAllocationAsync("fee");
        await ledger.TakeBackAllocationAsync("teams");
    }

    [Theory]
    [MemberData(nameof(AwkwardIds.All), MemberType = typeof(AwkwardIds))]
    public async Task Alerts_and_events_are_read_as_before_but_for_the_person(string id)
    {
        await Ledger.ReadEntriesAsync(new());
        var record = AlertOf(id);
        await ExecuteAsync($"insert into ledger_alerts (state, kinds, last_us, alert_id, rule, group_key, body) values (1, 1, 0, '{record.Alert.Id}', 'rule', 'g', '{record.ToJson()}')");

        (await LedgerErasure.Of(Ledger).EraseAsync(BudgetScope.User(id), "privacy")).ErasedId.Should().Be(Erased);

        var after = AlertRecord.FromJson(await TextAsync("select body from ledger_alerts"), 1);
        var (was, now) = (record.Alert.Event, after.Alert.Event);
        (now.Id, now.Type, now.Time, now.Severity).Should().Be((was.Id, was.Type, was.Time, was.Severity));
        now.Data.Should().BeEquivalentTo(was.Data with { Scope = $"user={Erased}", By = Erased, After = null }, options => options.Excluding(data => data.After));
        JsonElement.DeepEquals(now.Data.After!.Value, JsonElement.Parse(LimitOf(Erased))).Should().BeTrue(now.Data.After!.Value.GetRawText());
        after.Causes.Should().Equal(record.Causes[0] with { Scope = $"user={Erased}" });
        (after.ReportedAt, after.Alert.OpenedAt, after.Alert.AcknowledgedBy).Should().Be((record.ReportedAt, record.Alert.OpenedAt, Erased));
    }

    [Theory]
    [MemberData(nameof(AwkwardIds.All), MemberType = typeof(AwkwardIds))]
    public async Task Changes_keep_their_limits_filters_and_times(string id)
    {
        using var signer = EcdsaSigner.Generate();
        var receipts = LedgerReceipts.Of(Ledger, new() { Origin = "example.com/ledger", Signer = signer });
        await Ledger.AppendAsync([new() { Kind = LedgerEntryKind.BudgetChange, OperationId = "the-budget", Time = Noon, Actor = id, After = LimitOf(id) }]);
        await Ledger.AppendAsync([new() { Kind = LedgerEntryKind.PoolChange, OperationId = "pool", OperationScope = "part 2", Time = Noon, After = LimitOf("bob") }]);

        (await LedgerErasure.Of(Ledger).EraseAsync(BudgetScope.User(id), "privacy")).ErasedId.Should().Be(Erased);

        var entries = await ReadAllAsync(new());
        var changed = entries.Single(entry => entry.OperationId == "the-budget");
        changed.Actor.Should().Be(Erased);
        JsonElement.DeepEquals(JsonElement.Parse(changed.After!), JsonElement.Parse(LimitOf(Erased))).Should().BeTrue(changed.After);
        if (id != "part")
            entries.Single(entry => entry.OperationId == "pool").OperationScope.Should().Be("part 2");
        (await receipts.VerifyAllAsync()).Findings.Should().BeEmpty();
    }

    [Theory]
    [InlineData("1")]
    [InlineData("search")]
    public async Task Limits_in_force_that_only_have_the_same_numbers_and_words_are_not_told(string id)
    {
        await Ledger.AppendAsync([Charge("x", 1, user: id)]);
        await StateAsync("one", LimitOf("bob"));
        (await LedgerErasure.Of(Ledger).EraseAsync(BudgetScope.User(id), "privacy")).IsComplete.Should().BeTrue();

        await StateAsync("two", $$"""{"u":"{{id}}","p":"openai"}""");
        (await LedgerErasure.Of(Ledger).EraseAsync(BudgetScope.User(id), "privacy")).Remainders.Should().Equal(new LedgerErasureRemainder(LedgerErasurePlace.LiveState, 1));
    }

    [Fact]
    public async Task Somebody_called_as_the_number_or_word_of_an_erased_id_leaves_it_alone()
    {
        await Ledger.AppendAsync([Charge("alice-x", 1), Charge("y", 1, user: "1"), Charge("z", 1, user: "erased")]);
        foreach (var id in new[] { "alice", "1", "erased" })
            await LedgerErasure.Of(Ledger).EraseAsync(BudgetScope.User(id), "privacy");

        (await ReadAllAsync(new())).Select(entry => entry.OperationId).Should().BeEquivalentTo("(erased 1)-x", "y", "z");
    }

    [Fact]
    public async Task A_long_id_in_a_member_without_a_known_meaning_stays_and_is_told()
    {
        await Ledger.AppendAsync([new() { Kind = LedgerEntryKind.PoolChange, OperationId = "pool", Time = Noon, Actor = "qx7zv-wkj3p", After = """{"owner":"qx7zv-wkj3p"}""" }]);

        (await LedgerErasure.Of(Ledger).EraseAsync(BudgetScope.User("qx7zv-wkj3p"), "privacy")).Remainders.Should().Equal(new LedgerErasureRemainder(LedgerErasurePlace.PartOfWord, 1));
    }

    // With everything that an id must not be taken for.
    private static string LimitOf(string person) =>
        $$$"""{"i":"12-30","s":{{{Json("user=" + person)}}},"l":"1","p":"Day","z":"Europe/Berlin","w":["0.8","1"],"o":["chat"],"u":"true","k":{"project":["search","12","1"],"user":[{{{Json(person)}}},"bob"]},"at":"2026-12-30T12:30:01Z"}""";

    private static AlertRecord AlertOf(string id)
    {
        var time = DateTimeOffset.Parse(Times, CultureInfo.InvariantCulture);
        var e = new BudgetEvent(BudgetEventTypes.BudgetChanged, time, "the-budget")
        {
            Scope = BudgetScope.User(id),
            Data = new() { BudgetId = "the-budget", Scope = $"user={id}", By = id, Limit = 12m, Spent = 30m, ValueBefore = 1m, Currency = "EUR", Unit = "true", PeriodStart = time, After = JsonElement.Parse(LimitOf(id)) },
        };
        return new()
        {
            Alert = new() { Id = "alr_1", Rule = "rule", State = AlertState.Open, Severity = BudgetEventSeverity.Warning, Event = e, Count = 12, OpenedAt = time, LastAt = time, AcknowledgedBy = id },
            Group = "alr_1",
            Causes = [new(AlertCauseKind.Budget, "the-budget", $"user={id}", Threshold: 0.8m, EndsAt: time)],
            ReportedAt = time,
        };
    }

    private static string Json(string text) => JsonSerializer.Serialize(text);

    private async Task StateAsync(string name, string content) =>
        await ExecuteAsync($"insert into ledger_store_state (kind, partition_id, version, expires_us, name, content) values (1, 0, 1, null, '{name}', '{content}')");

    private async Task<string> TextAsync(string query)
    {
        await using var connection = await Harness.ConnectAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = query;
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
