namespace BudgetFirewall.Ledger.Tests;

/// <summary>Entries that are written by hand, each replayed to a number of the report.</summary>
public abstract class ReplaysAreCounted<THarness> : LedgerSuite<THarness> where THarness : ILedgerHarness, new()
{
    private static readonly DateTimeOffset Midnight = new(2026, 3, 10, 0, 0, 0, TimeSpan.Zero);

    private static readonly Budget Day = new() { Id = "day", Scope = BudgetScope.Each("user"), Limit = 2m };

    [Fact]
    public async Task A_call_whose_check_would_be_refused_is_not_charged()
    {
        await Ledger.AppendAsync(
        [
            Entry(LedgerEntryKind.Check, "1", 0, held: 3m), Charge("1", 3m, Noon.AddSeconds(1)), Entry(LedgerEntryKind.Check, "2", 2, held: 1m), Charge("2", 1m, Noon.AddSeconds(3)), Charge("3", 0.25m, Noon.AddSeconds(4)),
        ]);

        var report = await RunAsync(Day);
        var asked = await WhatIf.RunAsync(Ledger, Of(Day) with { AskForCharges = true });

        (report.Entries, report.Asked, report.Refused, report.RefusedCost, report.NewlyRefused, report.Limits[0].Nearest).Should().Be((5, 2, 1, 3m, 1, 0.625m));
        (asked.Asked, asked.Refused, asked.Limits[0].Nearest).Should().Be((4, 1, 0.625m), "the call that was refused is not asked for again");
    }

    [Fact]
    public async Task A_reservation_that_would_be_refused_is_not_committed_and_one_that_would_not_is()
    {
        await Ledger.AppendAsync(
        [
            Entry(LedgerEntryKind.Reservation, "1", 0, held: 3m), Entry(LedgerEntryKind.Commit, "1", 1, held: 3m, amount: 1m), Entry(LedgerEntryKind.Reservation, "2", 2, held: 1m),
            Entry(LedgerEntryKind.Commit, "2", 3, held: 1m, amount: 0.5m), Entry(LedgerEntryKind.Commit, "3", 4, held: 9m, amount: 1m), Entry(LedgerEntryKind.Commit, "4", 5, held: 1m, amount: 1.25m),
        ]);

        var report = await RunAsync(Day);

        (report.Asked, report.Refused, report.RefusedCost, report.Limits[0].Nearest, report.Limits[0].NearestAt).Should().Be((4, 2, 12m, 0.875m, Noon.AddSeconds(5)));
        report.Omissions.Select(omission => (omission.Reason, omission.Count, omission.Example)).Should().Equal((WhatIfOmissionReason.ReservedAtCommit, 2, null));
    }

    [Fact]
    public async Task What_cannot_be_asked_for_is_told_with_an_example_and_in_the_lead_only_what_limits_there_are()
    {
        var nobody = Charge("1", 1m) with { Scopes = new Dictionary<string, string> { ["user"] = "alice" } };
        LedgerEntry[] All(double seconds, string id) =>
        [
            nobody with { OperationId = id, Time = Noon.AddSeconds(seconds) }, nobody with { OperationId = id + "2", Time = Noon.AddSeconds(seconds + 1) }, Change(LedgerEntryKind.PoolChange, id, seconds + 2, "{}"),
            Entry(LedgerEntryKind.Denial, id + "3", seconds + 3, outcome: DecisionOutcome.BudgetExceeded), Change(LedgerEntryKind.BudgetChange, id, seconds + 4, "{"), Change(LedgerEntryKind.BudgetChange, id + "5", seconds + 5, "{}"),
            Change(LedgerEntryKind.RateLimitChange, id, seconds + 6, "[]"), Change(LedgerEntryKind.ApprovalChange, id, seconds + 7, "{"), Change(LedgerEntryKind.PoolPeriod, id, seconds + 8, "{"),
            Change(LedgerEntryKind.PoolReallocation, id, seconds + 9, "{"), Charge(id, 1m, Noon.AddSeconds(seconds + 10)) with { Kind = LedgerEntryKind.Allocation, Operation = null },
        ];
        await Ledger.AppendAsync([.. All(-100, "lead"), .. All(0, "in time"), .. All(-1_000, "before")]);

        var report = await WhatIf.RunAsync(Ledger, Of(Day) with { Lead = TimeSpan.FromSeconds(200) });
        var without = await WhatIf.RunAsync(Ledger, Of(Day) with { Lead = TimeSpan.FromSeconds(200), TakeUpChanges = false });

        report.Omissions.Select(omission => (omission.Reason, omission.Count)).Should().Equal(
            (WhatIfOmissionReason.UnknownCost, 1), (WhatIfOmissionReason.NotAccepted, 2), (WhatIfOmissionReason.ChangeNotTakenUp, 9), (WhatIfOmissionReason.Pool, 1));
        without.Omissions.Select(omission => omission.Reason).Should().Equal(WhatIfOmissionReason.UnknownCost, WhatIfOmissionReason.NotAccepted, WhatIfOmissionReason.Pool);
        report.Omissions[1].Example.Should().StartWith($"The entry {All(0, "in time")[0].Id} has no provider.");
        report.Omissions[2].Example.Should().NotBeNullOrEmpty();
        (report.Entries, report.Asked, report.NoLongerRefused, report.FirstDifferences.Single().Cost).Should().Be((25, 1, 1, null));
    }

    [Fact]
    public async Task Allowances_revocations_resets_and_corrections_change_the_counters_as_they_did()
    {
        await Ledger.AppendAsync(
        [
            Spend("1", 0, 1.5m), Moved(LedgerEntryKind.Allowance, "grant", 1, 2m), Spend("2", 2, 1.25m), Moved(LedgerEntryKind.Allowance, "revoke", 3, -1m), Spend("too much", 4, 0.5m), Moved(LedgerEntryKind.Correction, "back", 5, -2m),
            Spend("3", 6, 2m), Spend("too much again", 7, 0.5m), Moved(LedgerEntryKind.Reset, "anew", 8, -2.75m), Spend("4", 9, 2.5m),
        ]);

        var report = await RunAsync(Day);

        report.FirstDifferences.Select(difference => difference.Time).Should().Equal(Noon.AddSeconds(4), Noon.AddSeconds(7));
        report.Omissions.Should().BeEmpty();
        (report.Limits[0].Nearest, report.Limits[0].NearestAt).Should().Be((0.916667m, Noon.AddSeconds(6)), "2.75 of 3 were used");
    }

    [Fact]
    public async Task A_change_of_counters_that_are_not_there_or_have_less_is_told()
    {
        var none = Moved(LedgerEntryKind.Reset, "none", 0, -1m) with { Counters = [new("tenant/day", BudgetScope.Of("tenant", "acme"), Midnight, null, -1)] };
        await Ledger.AppendAsync(
        [
            none, none with { Kind = LedgerEntryKind.Allowance, OperationId = "grant", Time = Noon.AddSeconds(1) }, none with { Kind = LedgerEntryKind.Allowance, OperationId = "of nothing", Time = Noon.AddSeconds(2), Counters = [none.Counters[0] with { Moved = 0 }] },
            Spend("1", 3, 1m), Moved(LedgerEntryKind.Correction, "more than there is", 4, -1.5m), Moved(LedgerEntryKind.Correction, "all of it", 5, -1m), Moved(LedgerEntryKind.Correction, "upwards", 6, 5m),
            Entry(LedgerEntryKind.Correction, "no counters", 7, amount: -1m), Spend("2", 8, 2m),
            Change(LedgerEntryKind.BudgetChange, "tenants", 9, Json(new() { Id = "tenants", Scope = BudgetScope.Each("tenant"), Limit = 5m })), none with { OperationId = "now it is there", Time = Noon.AddSeconds(10) },
            Change(LedgerEntryKind.BudgetChange, "tenants", 11, after: null), none with { OperationId = "and gone", Time = Noon.AddSeconds(12) },
        ]);

        var report = await RunAsync(Day);

        report.Omissions.Should().Equal(
            new WhatIfOmission(WhatIfOmissionReason.ChangeNotTakenUp, 3, "There is no counter tenant/day of tenant=acme for the Reset of 2026-03-10T12:00:00.0000000+00:00."), new(WhatIfOmissionReason.CorrectionInPart, 2, null));
        (report.Refused, report.Limits.Single(limit => limit.Id == "day").Nearest).Should().Be((0, 1m));
    }

    [Fact]
    public async Task Denials_are_compared_by_their_limits_and_counted_by_their_names()
    {
        LedgerCounter ofUser = new("user/day", BudgetScope.User("alice"), Midnight, null, 0), other = new("project/day", BudgetScope.Project("search"), Midnight, null, 0), tokens = new("user/input_tokens/day", ofUser.Scope, Midnight, "input_tokens", 0);
        await Ledger.AppendAsync(
        [
            Denied("same", 0, 3m, ofUser), Denied("other limit", 1, 4m, other), Denied("no limit", 2, 5m), Denied("other outcome", 3, 6m, ofUser) with { Outcome = DecisionOutcome.RateLimited }, Denied("no longer", 4, 1.5m, ofUser, other),
            Denied("shadow", 5, 0.5m, other) with { Outcome = DecisionOutcome.Allowed }, Denied("together", 6, 0m, tokens) with { Operation = null, Count = 7, HeldNanos = null },
        ]);

        var report = await WhatIf.RunAsync(Ledger, Of(Day) with { MaxDifferences = 2 });

        (report.Asked, report.Refused, report.RefusedCost, report.NewlyRefused, report.NoLongerRefused, report.NoLongerRefusedCost, report.RefusedOtherwise, report.Differences, report.DifferencesLeftOut).Should().Be((5, 4, 18m, 0, 1, 1.5m, 3, 4, 2));
        report.FirstDifferences.Select(difference => (difference.InFact, difference.Outcome, difference.Cost)).Should().Equal(
            (DecisionOutcome.BudgetExceeded, DecisionOutcome.BudgetExceeded, 4m), (DecisionOutcome.BudgetExceeded, DecisionOutcome.BudgetExceeded, 5m));
        report.PastLimits.Select(limit => (limit.Name, limit.Unit, limit.IsShadow, limit.Refused, limit.RefusedCost, limit.NoLongerRefused, limit.First, limit.Last)).Should().Equal(
            ("user/input_tokens/day", "input_tokens", false, 7, 0m, 0, Noon.AddSeconds(6), Noon.AddSeconds(6)), ("user/day", null, false, 3, 10.5m, 1, Noon, Noon.AddSeconds(4)), ("project/day", null, false, 2, 5.5m, 1, Noon.AddSeconds(1), Noon.AddSeconds(4)),
            ("", null, false, 1, 5m, 0, Noon.AddSeconds(2), Noon.AddSeconds(2)), ("project/day", null, true, 1, 0.5m, 0, Noon.AddSeconds(5), Noon.AddSeconds(5)));
        report.PastLimits.Select(limit => limit.Scopes.SingleOrDefault()?.Refused).Should().Equal(7, 3, 2, null, 1);
        report.Limits[0].Should().BeEquivalentTo(new { Refused = 4, NewlyRefused = 0, RefusedCost = 18m, First = Noon, Last = Noon.AddSeconds(3) });
        (await WhatIf.RunAsync(Ledger, Of(Day) with { From = Noon.AddSeconds(7), Lead = TimeSpan.FromSeconds(7) })).PastLimits.Should().BeEmpty("what is in the lead is not counted");
    }

    [Fact]
    public async Task Of_many_scopes_those_with_the_most_refusals_are_named_and_the_others_counted()
    {
        LedgerEntry Together(int i, int count) => Denied($"{i}", i / 1_000d, 0m, new LedgerCounter("user/day", BudgetScope.User($"{i:00000}"), Midnight, null, 0)) with { Operation = null, Count = count, HeldNanos = null };
        await Ledger.AppendAsync([.. Enumerable.Range(0, 10_002).Select(i => Together(i, i is 3 or 4 ? 2 : i == 9_999 ? 3 : 1)), Together(5, 4) with { OperationId = "again", Time = Noon.AddHours(1) }]);

        var past = (await WhatIf.RunAsync(Ledger, Of(Day) with { TopScopes = 4 })).PastLimits.Single();

        past.Scopes.Select(scope => (scope.Scope.Id, scope.Refused)).Should().Equal(("00005", 5), ("09999", 3), ("00003", 2), ("00004", 2));
        (past.Refused, past.OtherScopes).Should().Be((10_010, 9_998), "the scopes that are not told apart are among the others");
    }

    [Fact]
    public async Task Limits_are_listed_by_their_refusals_then_by_how_near_they_came_and_those_that_nothing_met_last()
    {
        await Ledger.AppendAsync([Spend("1", 0, 1m) with { Operation = null }, Spend("2", 1, 1.5m), Charge("3", 3m, Noon.AddSeconds(2), user: null)]);

        var report = await RunAsync(
            new() { Id = "far", Scope = BudgetScope.Global, Limit = 100m }, new() { Id = "chat", Scope = BudgetScope.Global, Limit = 10m, Operations = ["chat"] }, new() { Id = "b", Scope = BudgetScope.Provider("openai"), Limit = 8m }, new() { Id = "a", Scope = BudgetScope.Each("provider"), Limit = 8m, Unit = "request" },
            new() { Id = "zero", Scope = BudgetScope.Each("user"), Limit = 0m, Period = BudgetPeriod.Month, Enforcement = Enforcement.Soft }, Day, new() { Id = "unmet", Scope = BudgetScope.Project("x"), Limit = 1m, Enforcement = Enforcement.Soft });

        report.Limits.Where(limit => limit.Id != "zero").Select(limit => (limit.Id, limit.Refused, limit.Nearest)).Should().Equal(("day", 1, 0.5m), ("b", 0, 0.5m), ("chat", 0, 0.3m), ("a", 0, 0.25m), ("far", 0, 0.04m), ("unmet", 0, 0m));
        report.Limits.Single(limit => limit.Id == "zero").Should().BeEquivalentTo(new { Nearest = 0m, NearestScope = (BudgetScope?)null }, "of nothing nothing can be used");
        report.Limits.Single(limit => limit.Id == "unmet").Should().BeEquivalentTo(new
        {
            Kind = LimitKind.Budget,
            Scope = BudgetScope.Project("x"),
            Unit = (string?)null,
            Enforcement = Enforcement.Soft,
            RefusedCost = 0m,
            Delayed = 0,
            LongestDelay = TimeSpan.Zero,
            First = (DateTimeOffset?)null,
            Last = (DateTimeOffset?)null,
            OtherScopes = 0,
            NearestScope = (BudgetScope?)null,
            NearestAt = (DateTimeOffset?)null,
        });
        report.Limits.Single(limit => limit.Id == "a").Unit.Should().Be("request");
        (report.From, report.To, report.EndedAt, report.Currency).Should().Be((Noon, Noon.AddDays(2), null, "USD"));
    }

    [Fact]
    public async Task Shadow_limits_count_what_they_would_refuse_and_delays_are_told_of_calls_that_are_made()
    {
        await Ledger.AppendAsync([Spend("1", 0, 1m), Spend("2", 0.001, 1m), Spend("3", 0.002, 1m), Spend("4", 0.003, 1m), Spend("5", 1.5, 1m)]);

        var report = await WhatIf.RunAsync(Ledger, Of() with
        {
            Configure = options =>
            {
                options.MaxWait = TimeSpan.FromSeconds(1.5);
                options.Budgets.Add(new() { Id = "shadow", Scope = BudgetScope.Each("user"), Limit = 1m, Enforcement = Enforcement.Shadow });
                options.RateLimits.Add(new() { Id = "queue", Scope = BudgetScope.Global, Algorithm = RateLimitAlgorithm.LeakyBucket, RatePerSecond = 1 });
            },
        });

        report.Limits.Single(limit => limit.Id == "queue").Should().BeEquivalentTo(new { Kind = LimitKind.RateLimit, Refused = 2, Delayed = 2, LongestDelay = TimeSpan.FromSeconds(0.999) });
        report.Limits.Single(limit => limit.Id == "shadow").Should().BeEquivalentTo(new { Refused = 4, NewlyRefused = 4, Nearest = 3m, Enforcement = Enforcement.Shadow });
        report.FirstDifferences.Should().HaveCount(2).And.OnlyContain(difference => difference.Limits.Single() == new WhatIfRefusal("queue", LimitKind.RateLimit, BudgetScope.Global));
    }

    private static LedgerEntry Entry(LedgerEntryKind kind, string id, double seconds, decimal? held = null, decimal amount = 0, DecisionOutcome? outcome = null) =>
        Charge(id, amount, Noon.AddSeconds(seconds)) with { Kind = kind, HeldNanos = held is { } nanos ? (long)(nanos * 1_000_000_000m) : null, Outcome = outcome };

    private static LedgerEntry Spend(string id, double seconds, decimal amount) => Charge(id, amount, Noon.AddSeconds(seconds)) with { Kind = LedgerEntryKind.Spend };

    private static LedgerEntry Denied(string id, double seconds, decimal held, params LedgerCounter[] counters) => Entry(LedgerEntryKind.Denial, id, seconds, held, outcome: DecisionOutcome.BudgetExceeded) with { Counters = [.. counters] };

    private static LedgerEntry Moved(LedgerEntryKind kind, string id, double seconds, decimal moved) =>
        Entry(kind, id, seconds) with { Operation = null, Counters = [new("user/day", BudgetScope.User("alice"), Midnight, null, (long)(moved * 1_000_000_000m))] };

    private static LedgerEntry Change(LedgerEntryKind kind, string id, double seconds, string? after) => new() { Kind = kind, OperationId = id, Time = Noon.AddSeconds(seconds), After = after };

    private static string Json(Budget budget) => System.Text.Encoding.UTF8.GetString(Storage.LimitJson.Write(budget));

    private static WhatIfRequest Of(params Budget[] budgets) => new()
    {
        From = Noon,
        To = Noon.AddDays(2),
        Configure = options =>
        {
            foreach (var budget in budgets)
                options.Budgets.Add(budget);
        },
    };

    private Task<WhatIfReport> RunAsync(params Budget[] budgets) => WhatIf.RunAsync(Ledger, Of(budgets));
}
