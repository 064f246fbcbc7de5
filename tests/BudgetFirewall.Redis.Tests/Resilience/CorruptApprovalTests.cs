using BudgetFirewall.Storage;

namespace BudgetFirewall.Redis.Tests;

/// <summary>Values of approvals that are none of the store's: the call fails, names the key, and has changed nothing.</summary>
public sealed class CorruptApprovalTests(SharedServer server) : RedisStoreTests(server)
{
    private static readonly CounterRule Budget = Rule(10m, enforcement: Enforcement.Escalate);

    public static TheoryData<string, string> Planted
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var part in new[] { "approvals", "approval-list", "approval-ends", "p:", "w:", "c:" })
            {
                foreach (var value in new[] { "text", "list" })
                    data.Add(part, value);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Planted))]
    public async Task A_foreign_value_fails_closed_is_named_and_nothing_is_written(string part, string value)
    {
        await Store.DecideAsync(Call(DecisionKind.Spend, [Demand(Budget, 5)]));
        var pending = (await Store.AskApprovalAsync(Ask())).Approvals[0].Made!;
        var key = Keys().Should().ContainSingle(key => key.Contains($":v1:{part}", StringComparison.Ordinal) && (part != "approvals" || key.EndsWith(part, StringComparison.Ordinal))).Which;
        await PlantAsync(key, value);
        var before = await EverythingAsync();

        List<Func<Task>> calls = [() => Store.AskApprovalAsync(Ask()).AsTask()];
        // Who approves does not look at what was asked last.
        if (part != "p:")
            calls.Add(() => Store.DecideApprovalAsync(Approve(pending)).AsTask());
        foreach (var call in calls)
        {
            var failure = (await FluentActions.Awaiting(call).Should().ThrowExactlyAsync<BudgetStoreException>()).Which;
            (failure.IsNeverAllowed, failure.MayHaveHappened).Should().Be((true, false), failure.ToString());
            failure.Message.Should().Contain(key);
            (await EverythingAsync()).Should().Equal(before);
        }
    }

    [Fact]
    public async Task An_approval_that_is_cut_off_or_has_a_wrong_byte_anywhere_is_read_as_one_or_fails_closed_and_is_named()
    {
        var made = (await Store.AskApprovalAsync(Ask())).Approvals[0].Made!;
        var key = Keys().Should().ContainSingle(key => key.EndsWith(":approvals", StringComparison.Ordinal)).Which;
        var value = (byte[])(await Database.HashGetAsync(key, made.Id))!;
        var failed = 0;
        for (var at = 0; at < value.Length; at++)
        {
            await Database.HashSetAsync(key, made.Id, value[..at]);
            failed += await ReadAsync(made.Id, key);
            await Database.HashSetAsync(key, made.Id, (byte[])[.. value[..at], (byte)(value[at] ^ 0x55), .. value[(at + 1)..]]);
            failed += await ReadAsync(made.Id, key);
        }
        failed.Should().BeGreaterThan(value.Length);
    }

    private async Task<int> ReadAsync(string id, string key)
    {
        try
        {
            (await Store.ReadApprovalsAsync(new() { Ids = [id] })).Approvals.Should().ContainSingle();
            return 0;
        }
        catch (BudgetStoreException e)
        {
            e.IsNeverAllowed.Should().BeTrue(e.ToString());
            e.Message.Should().Contain(key);
            return 1;
        }
    }

    private static AskApprovalCall Ask() => new()
    {
        Request = Request,
        Lifetime = TimeSpan.FromHours(1),
        Retention = TimeSpan.FromHours(1),
        Counters = [new(Budget, "alice", Budget.Family.Calendar.At(DateTimeOffset.UtcNow).Start, LimitReading.OfBudget(5, 0), Need: 10, Guid.NewGuid().ToString("N"))],
    };

    private static DecideApprovalCall Approve(ApprovalRecord approval) => new() { Approval = approval, State = ApprovalState.Approved, Amount = 1, Fingerprint = 1, Retention = TimeSpan.FromHours(1) };

    private async Task PlantAsync(string key, string value)
    {
        await Database.KeyDeleteAsync(key);
        if (value == "list")
            await Database.ListRightPushAsync(key, "x");
        else
            await Database.StringSetAsync(key, "0123456789abcde");
    }

    private async Task<List<string>> EverythingAsync()
    {
        var all = new List<string>();
        foreach (var key in Keys())
            all.Add(key + Convert.ToHexString((await Database.KeyDumpAsync(key))!));
        return all;
    }
}
