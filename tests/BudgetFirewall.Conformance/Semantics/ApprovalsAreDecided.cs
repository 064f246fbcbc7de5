namespace BudgetFirewall.Conformance;

/// <summary>A pending approval ends once: approved, denied, cancelled or expired. What is approved raises what its counter admits in its period, to the nano.</summary>
public abstract class ApprovalsAreDecided<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task What_is_approved_is_admitted_by_every_process_to_the_nano_and_no_more()
    {
        var processes = Processes(2, Escalating(10m));
        await processes[0].SpendAsync(Call(9.5m));
        var id = await AskAsync(processes[0], Call(1m));

        var approval = await processes[1].Approvals.ApproveAsync(id, 2.000000001m, by: "bob", note: "for the demo");

        (approval.State, approval.Amount, approval.DecidedBy, approval.Note, approval.DecidedAt).Should().Be((ApprovalState.Approved, 2.000000001m, "bob", "for the demo", Harness.Now));
        (await processes[1].Approvals.FindAsync(id)).Should().Be(approval);
        (await processes[0].TrySpendAsync(Call(2.500000002m))).Outcome.Should().Be(DecisionOutcome.ApprovalRequired);
        (await processes[0].TrySpendAsync(Call(2.500000001m))).IsAllowed.Should().BeTrue();
        (await processes[1].TrySpendAsync(Call(Nano))).IsAllowed.Should().BeFalse();
        var state = (await processes[0].GetStatusAsync(AliceScope)).Budgets.Should().ContainSingle().Subject;
        (state.Limit, state.Allowance, state.Spent, state.Remaining).Should().Be((10m, 2.000000001m, 12.000000001m, 0m));
    }

    [Fact]
    public async Task What_is_approved_ends_with_the_period()
    {
        var firewall = Firewall(Escalating(1m));
        await firewall.Approvals.ApproveAsync(await AskAsync(firewall, Call(5m)), 4m);
        await firewall.SpendAsync(Call(5m));

        await Harness.PassAsync(TimeSpan.FromDays(1));

        (await firewall.GetStatusAsync(AliceScope)).Budgets[0].Allowance.Should().Be(0m);
        (await firewall.TrySpendAsync(Call(1m + Nano))).IsAllowed.Should().BeFalse();
    }

    [Fact]
    public async Task Approvals_add_up()
    {
        var firewall = Firewall(Escalating(1m));
        var first = await AskAsync(firewall, Call(5m));
        await firewall.Approvals.ApproveAsync(first, 1m);

        var second = await AskAsync(firewall, Call(5m));
        await firewall.Approvals.ApproveAsync(second, 3m);

        second.Should().NotBe(first);
        (await firewall.Approvals.FindAsync(second))!.Allowance.Should().Be(1m);
        (await firewall.TrySpendAsync(Call(5m))).IsAllowed.Should().BeTrue();
        (await firewall.TrySpendAsync(Call(Nano))).IsAllowed.Should().BeFalse();
    }

    [Fact]
    public async Task Whatever_has_ended_stays_as_it_is()
    {
        var processes = Processes(2, Escalating(0m) with { Scope = BudgetScope.Each("user") });
        var (approved, denied, cancelled) = (await AskAsync(processes[0], Call(1m, "a")), await AskAsync(processes[0], Call(1m, "b")), await AskAsync(processes[0], Call(1m, "c")));
        await processes[0].Approvals.ApproveAsync(approved, 1m);
        await processes[0].Approvals.DenyAsync(denied, new() { By = "bob" });
        await processes[0].Approvals.CancelAsync(cancelled);

        foreach (var (id, state) in new[] { (approved, ApprovalState.Approved), (denied, ApprovalState.Denied), (cancelled, ApprovalState.Cancelled) })
        {
            foreach (var end in new Func<ValueTask<Approval>>[] { () => processes[1].Approvals.ApproveAsync(id, 1m), () => processes[1].Approvals.DenyAsync(id), () => processes[1].Approvals.CancelAsync(id) })
                (await FluentActions.Awaiting(() => end().AsTask()).Should().ThrowAsync<ApprovalConflictException>()).Which.Approval.State.Should().Be(state);
            (await processes[1].Approvals.FindAsync(id))!.State.Should().Be(state);
        }
        (await processes[1].TrySpendAsync(Call(1m, "a"))).IsAllowed.Should().BeTrue();
        (await processes[1].TrySpendAsync(Call(Nano, "a"))).IsAllowed.Should().BeFalse("the second approval has added nothing");
    }

    [Fact]
    public async Task Of_many_who_answer_at_once_one_is_heard()
    {
        var processes = Processes(3, Escalating(0m));
        var id = await AskAsync(processes[0], Call(100m));

        var heard = await Together.DoAsync(24, threads: 8, async i =>
        {
            try
            {
                return i % 3 == 2 ? await processes[i % 3].Approvals.DenyAsync(id) : await processes[i % 3].Approvals.ApproveAsync(id, 1m);
            }
            catch (ApprovalConflictException)
            {
                return null;
            }
        });

        var end = heard.OfType<Approval>().Should().ContainSingle().Subject;
        (await processes[0].GetStatusAsync(AliceScope)).Budgets[0].Allowance.Should().Be(end.Amount ?? 0m);
    }

    [Fact]
    public async Task A_denied_counter_asks_again_after_a_while()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(Escalating(1m));
            options.Approvals.AskAgainAfter = TimeSpan.FromMinutes(10);
        });
        var denied = await AskAsync(firewall, Call(2m));
        (await firewall.Approvals.DenyAsync(denied, new() { By = "bob", Note = "no" })).Should().Match<Approval>(approval => approval.State == ApprovalState.Denied && approval.DecidedBy == "bob" && approval.Note == "no");

        var meanwhile = await firewall.TrySpendAsync(Call(2m));
        await Harness.PassAsync(TimeSpan.FromMinutes(10) - Second);
        var before = await firewall.TrySpendAsync(Call(2m));
        await Harness.PassAsync(2 * Second);
        var after = await firewall.TrySpendAsync(Call(2m));

        (meanwhile.Outcome, meanwhile.ApprovalIds.Count, before.ApprovalIds.Count).Should().Be((DecisionOutcome.ApprovalRequired, 0, 0));
        after.ApprovalIds.Should().ContainSingle().Which.Should().NotBe(denied);
    }

    [Fact]
    public async Task Without_that_while_and_after_a_cancellation_the_next_refusal_asks()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(Escalating(1m));
            options.Approvals.AskAgainAfter = TimeSpan.Zero;
        });
        var first = await AskAsync(firewall, Call(2m));
        await firewall.Approvals.DenyAsync(first);
        var second = await AskAsync(firewall, Call(2m));
        await firewall.Approvals.CancelAsync(second, new() { Note = "not needed any more" });
        var third = await AskAsync(firewall, Call(2m));

        new[] { first, second, third }.Should().OnlyHaveUniqueItems();
        (await firewall.Approvals.FindAsync(second))!.Note.Should().Be("not needed any more");
    }

    [Fact]
    public async Task Nobody_answers_in_time_and_it_has_expired()
    {
        var observer = new RecordingObserver();
        var firewall = Harness.CreateFirewall(
            options =>
            {
                options.Budgets.Add(Escalating(1m));
                options.Approvals.Lifetime = TimeSpan.FromMinutes(30);
            },
            observer);
        var expired = await AskAsync(firewall, Call(2m));
        await Harness.PassAsync(TimeSpan.FromMinutes(30));

        (await firewall.Approvals.FindAsync(expired))!.Should().Match<Approval>(approval => approval.State == ApprovalState.Expired && approval.DecidedAt == approval.ExpiresAt);
        (await FluentActions.Awaiting(() => firewall.Approvals.ApproveAsync(expired, 1m).AsTask()).Should().ThrowAsync<ApprovalConflictException>()).Which.Approval.State.Should().Be(ApprovalState.Expired);
        var next = await AskAsync(firewall, Call(2m));

        next.Should().NotBe(expired);
        (await firewall.GetStatusAsync(AliceScope)).Budgets[0].Allowance.Should().Be(0m);
        (await Eventually.HoldsAsync(() => observer.ApprovalsAsked.Count == 2 && !observer.ApprovalsDecided.IsEmpty)).Should().BeTrue();
        observer.ApprovalsDecided.Should().ContainSingle().Which.State.Should().Be(ApprovalState.Expired);
    }

    [Fact]
    public async Task Observers_hear_once_what_was_asked_and_how_it_has_ended()
    {
        var (one, other) = (new RecordingObserver(), new RecordingObserver());
        var asking = Harness.CreateFirewall(options => options.Budgets.Add(Escalating(1m)), one);
        var deciding = Harness.CreateFirewall(options => options.Budgets.Add(Escalating(1m)), other);

        var id = await AskAsync(asking, Call(2m));
        await AskAsync(asking, Call(2m));
        await AskAsync(deciding, Call(2m));
        await deciding.Approvals.ApproveAsync(id, 1m, by: "bob");

        (await Eventually.HoldsAsync(() => one.ApprovalsAsked.Count == 1 && other.ApprovalsDecided.Count == 1)).Should().BeTrue();
        (one.ApprovalsDecided.Count, other.ApprovalsAsked.Count).Should().Be((0, 0));
        (one.ApprovalsAsked.Single().State, other.ApprovalsDecided.Single().State).Should().Be((ApprovalState.Pending, ApprovalState.Approved));
    }

    [Fact]
    public async Task A_repetition_with_the_same_id_and_content_is_answered_and_changes_nothing()
    {
        var processes = Processes(2, Escalating(0m));
        var id = await AskAsync(processes[0], Call(9m));
        var signature = new ApprovalSignature { By = "bob", OperationId = "answer-1", OperationScope = "caller" };

        var first = await processes[0].Approvals.ApproveAsync(id, 2m, signature);
        var again = await processes[1].Approvals.ApproveAsync(id, 2.0m, signature);

        again.Should().Be(first);
        foreach (var end in new Func<ValueTask<Approval>>[]
        {
            () => processes[1].Approvals.ApproveAsync(id, 3m, signature), () => processes[1].Approvals.DenyAsync(id, signature),
            () => processes[1].Approvals.ApproveAsync(id, 2m, signature with { OperationScope = "other" }), () => processes[1].Approvals.ApproveAsync(id, 2m, signature with { OperationId = null }),
        })
        {
            await FluentActions.Awaiting(() => end().AsTask()).Should().ThrowAsync<ApprovalConflictException>();
        }
        (await processes[0].GetStatusAsync(AliceScope)).Budgets[0].Allowance.Should().Be(2m);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("0.0000000001")]
    [InlineData("9000000000.000000001")]
    [InlineData("9000000000001")]
    public async Task An_amount_that_cannot_be_approved_is_refused_and_nothing_is_changed(string amount)
    {
        var firewall = Firewall(Escalating(1m));
        var id = await AskAsync(firewall, Call(2m));

        var approve = () => firewall.Approvals.ApproveAsync(id, decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture)).AsTask();

        (await FluentActions.Awaiting(approve).Should().ThrowAsync<ArgumentOutOfRangeException>()).Which.ParamName.Should().Be("amount");
        (await firewall.Approvals.FindAsync(id))!.State.Should().Be(ApprovalState.Pending);
        (await firewall.GetStatusAsync(AliceScope)).Budgets[0].Allowance.Should().Be(0m);
    }

    [Fact]
    public async Task No_allowance_grows_beyond_what_a_limit_may_be()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(Escalating(1m));
            options.MaxCost = 9_000_000_000m;
        });
        await firewall.Approvals.ApproveAsync(await AskAsync(firewall, Call(2m)), 8_999_999_999.999999999m);
        await firewall.ChargeAsync(Call(9_000_000_000m));
        await firewall.ChargeAsync(Call(100m));
        var id = await AskAsync(firewall, Call(2m));

        (await FluentActions.Awaiting(() => firewall.Approvals.ApproveAsync(id, 2 * Nano).AsTask()).Should().ThrowAsync<ArgumentOutOfRangeException>()).Which.Message.Should().Contain("allowance");
        (await firewall.Approvals.FindAsync(id))!.State.Should().Be(ApprovalState.Pending);
        (await firewall.Approvals.ApproveAsync(id, Nano)).Amount.Should().Be(Nano);
        (await firewall.GetStatusAsync(AliceScope)).Budgets[0].Allowance.Should().Be(9_000_000_000m);
    }

    [Theory]
    [InlineData("no-such-approval")]
    [InlineData("a}:{b*\n\u0000")]
    [InlineData("00000000000000000000000000000000")]
    public async Task An_unknown_id_is_found_by_nobody(string id)
    {
        var firewall = Firewall(Escalating(1m));
        await AskAsync(firewall, Call(2m));

        (await firewall.Approvals.FindAsync(id)).Should().BeNull();
        foreach (var end in new Func<ValueTask<Approval>>[] { () => firewall.Approvals.ApproveAsync(id, 1m), () => firewall.Approvals.DenyAsync(id), () => firewall.Approvals.CancelAsync(id) })
            (await FluentActions.Awaiting(() => end().AsTask()).Should().ThrowAsync<ApprovalNotFoundException>()).Which.ApprovalId.Should().Be(id);
        await FluentActions.Awaiting(() => firewall.Approvals.FindAsync(new string('a', 257)).AsTask()).Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task Where_a_second_person_is_required_whoever_has_asked_may_not_approve()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(Escalating(1m));
            options.Approvals.RequireSecondPerson = true;
        });
        var id = await AskAsync(firewall, Call(2m) with { OperationScope = "caller-1" });

        foreach (var signature in new ApprovalSignature?[] { null, new() { By = Alice }, new() { By = "caller-1" }, new() { By = "bob", OperationScope = "caller-1" } })
            await FluentActions.Awaiting(() => firewall.Approvals.ApproveAsync(id, 1m, signature).AsTask()).Should().ThrowAsync<SecondPersonRequiredException>();

        (await firewall.Approvals.FindAsync(id))!.State.Should().Be(ApprovalState.Pending);
        (await firewall.Approvals.ApproveAsync(id, 1m, new ApprovalSignature { By = "bob", OperationScope = "caller-2" })).DecidedBy.Should().Be("bob");
    }

    [Fact]
    public async Task Ended_approvals_are_forgotten_after_their_time()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(Escalating(1m) with { Scope = BudgetScope.Each("user") });
            options.Approvals.Retention = TimeSpan.FromHours(2);
            options.Approvals.AskAgainAfter = TimeSpan.Zero;
        });
        var id = await AskAsync(firewall, Call(2m));
        await firewall.Approvals.ApproveAsync(id, Nano);
        await Harness.PassAsync(TimeSpan.FromHours(2) - Second);
        (await firewall.Approvals.FindAsync(id)).Should().NotBeNull();

        await Harness.PassAsync(2 * Second);
        await AskAsync(firewall, Call(2m, "bob"));

        (await firewall.Approvals.FindAsync(id)).Should().BeNull();
        (await firewall.Approvals.ListAsync(10, null)).Items.Should().ContainSingle();
    }

    [Fact]
    public async Task A_clock_that_is_set_back_leaves_a_counter_one_pending_approval_however_many_have_expired_at_once()
    {
        if (!Harness.CanMoveBackwards)
            return;
        const int Users = 40;
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(Escalating(0m) with { Scope = BudgetScope.Each("user") });
            options.Approvals.Lifetime = TimeSpan.FromMinutes(30);
        });
        for (var i = 0; i < Users; i++)
        {
            await AskAsync(firewall, Call(2m, $"user-{i}"));
            await Harness.AdvanceAsync(TimeSpan.FromMilliseconds(10));
        }
        await Harness.PassAsync(TimeSpan.FromMinutes(31));
        var last = await AskAsync(firewall, Call(2m, $"user-{Users - 1}"));

        await Harness.MoveToAsync(Harness.Now - TimeSpan.FromMinutes(20));

        var listed = await firewall.Approvals.ListAsync(1_000, null, ApprovalState.Pending);
        listed.Items.Where(approval => approval.Scope.Id == $"user-{Users - 1}").Should().ContainSingle().Which.Id.Should().Be(last);
    }

    [Fact]
    public async Task An_end_whose_answer_the_client_of_the_store_has_asked_for_again_is_told_once()
    {
        var observer = new RecordingObserver();
        var firewall = Harness.CreateFirewallOn(inner => new AnswersAreLost(inner), options => options.Budgets.Add(Escalating(1m)), observer);
        var id = await AskAsync(firewall, Call(3m));

        await firewall.Approvals.ApproveAsync(id, 2m, by: "bob");

        (await firewall.TrySpendAsync(Call(3m))).IsAllowed.Should().BeTrue();
        (await Eventually.HoldsAsync(() => !observer.ApprovalsDecided.IsEmpty)).Should().BeTrue();
        observer.ApprovalsDecided.Should().ContainSingle().Which.State.Should().Be(ApprovalState.Approved);
    }

    private static Budget Escalating(decimal limit, BudgetPeriod? period = null) => AliceLimit(limit, period) with { Enforcement = Enforcement.Escalate };

    private static async Task<string> AskAsync(IBudgetFirewall firewall, BudgetRequest request) =>
        (await firewall.TrySpendAsync(request)).ApprovalIds.Should().ContainSingle().Subject;
}
