using BudgetFirewall.Tests.Registration;

namespace BudgetFirewall.Tests;

/// <summary>What the meter and the log say of approvals. The meter is the whole process's, so nothing may run beside.</summary>
[Collection(Alone.Name)]
public sealed class ApprovalEventTests : IDisposable
{
    private readonly MeterRecording _meter = new();
    private readonly RecordingLoggerFactory _log = new();

    [Fact]
    public async Task Each_state_is_counted_and_logged_and_users_are_not_named()
    {
        await using var firewall = new BudgetFirewallBuilder()
            .Configure(options =>
            {
                options.Budgets.Add(new() { Scope = BudgetScope.Each("user"), Limit = 1m, Enforcement = Enforcement.Escalate });
                options.Budgets.Add(new() { Scope = BudgetScope.User("alice"), Limit = 1m, Period = BudgetPeriod.Hour, Enforcement = Enforcement.Escalate });
            })
            .UseLoggerFactory(_log)
            .Build();
        var ids = (await firewall.TrySpendAsync(new() { Provider = "p", UserId = "alice", Cost = 2m })).ApprovalIds;
        await firewall.Approvals.ApproveAsync(ids[0], 1.5m, by: "bob", note: "for alice");
        await firewall.Approvals.DenyAsync(ids[1], new() { By = "bob" });

        _meter.Of(BudgetFirewallDiagnostics.Approvals).Select(measured => measured.Tags).Should().Equal(
            "state=pending scope_kind=user", "state=pending scope_kind=user", "state=approved scope_kind=user", "state=denied scope_kind=user");
        var lines = _log.Entries.Where(entry => entry.Id is 218 or 219).Select(entry => entry.Message).ToList();
        lines.Should().HaveCount(4);
        lines.Should().OnlyContain(line => !line.Contains("alice", StringComparison.Ordinal) && !line.Contains("bob", StringComparison.Ordinal));
        lines[0].Should().MatchRegex("^The approval [0-9a-f]{32} is asked for: the budget '.*' on a scope of the kind user has no room for 2, with 0 spent and 0 held of 1\\. It can be answered until ");
        lines[2].Should().StartWith($"The approval {ids[0]} of the budget '").And.EndWith("is Approved; 1.5 approved.");
        lines[3].Should().StartWith($"The approval {ids[1]} of the budget '").And.EndWith("is Denied; 0 approved.");
    }

    public void Dispose()
    {
        _meter.Dispose();
        _log.Dispose();
    }
}
