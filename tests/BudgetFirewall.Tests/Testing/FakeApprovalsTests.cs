using BudgetFirewall.Conformance;

namespace BudgetFirewall.Tests.Testing;

public sealed class FakeApprovalsTests
{
    private readonly ManualTimeProvider _clock = new(new(2026, 3, 4, 9, 30, 0, TimeSpan.Zero));

    [Fact]
    public async Task What_a_test_asks_for_is_listed_found_and_ends_once()
    {
        await using var firewall = new FakeBudgetFirewall(_clock);
        foreach (var id in new[] { "one", "two", "three" })
            firewall.Approvals.Ask(Asked(id));
        var approvals = ((IBudgetFirewall)firewall).Approvals;

        var approved = await approvals.ApproveAsync("one", 5m, by: "bob", note: "yes");
        var denied = await approvals.DenyAsync("two", new() { By = "bob" });

        (approved.State, approved.Amount, approved.DecidedBy, approved.Note, approved.DecidedAt).Should().Be((ApprovalState.Approved, 5m, "bob", "yes", _clock.GetUtcNow()));
        (await approvals.FindAsync("two")).Should().Be(denied);
        await FluentActions.Awaiting(() => approvals.CancelAsync("one").AsTask()).Should().ThrowAsync<ApprovalConflictException>();
        await FluentActions.Awaiting(() => approvals.CancelAsync("four").AsTask()).Should().ThrowAsync<ApprovalNotFoundException>();
        await FluentActions.Awaiting(() => approvals.ApproveAsync("three", 0m).AsTask()).Should().ThrowAsync<ArgumentOutOfRangeException>();
        var pending = new List<string>();
        await foreach (var approval in approvals.ListAsync(ApprovalState.Pending))
            pending.Add(approval.Id);
        pending.Should().Equal("three");
    }

    [Fact]
    public async Task Pages_go_on_where_the_one_before_has_ended()
    {
        await using var firewall = new FakeBudgetFirewall(_clock);
        foreach (var id in new[] { "one", "two", "three" })
            firewall.Approvals.Ask(Asked(id));

        var first = await firewall.Approvals.ListAsync(2, cursor: null);
        var second = await firewall.Approvals.ListAsync(2, first.NextCursor);

        first.Items.Concat(second.Items).Select(approval => approval.Id).Should().Equal("one", "two", "three");
        second.NextCursor.Should().BeNull();
    }

    private static Approval Asked(string id) => new() { Id = id, BudgetId = "team", Scope = BudgetScope.Project("search"), Request = new() { Provider = "openai" } };
}
