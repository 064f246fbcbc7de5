using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Redis.Tests;

/// <summary>A call is done, its answer is lost, and when it is repeated the time of its limits is over, so that it is planned anew. It is done once all the same, though its id is made up.</summary>
public sealed class LostAnswerTests(SharedServer server) : RedisStoreTests(server)
{
    private static readonly BudgetRequest Paid = Request with { Cost = 1m };

    [Fact]
    public async Task A_charge_counts_once()
    {
        var firewall = Firewall();

        (await firewall.ChargeAsync(Paid)).IsReplay.Should().BeTrue();

        await AssertStandsAtAsync(firewall, spent: 1m, held: 0m);
    }

    [Fact]
    public async Task A_spend_counts_once()
    {
        var firewall = Firewall();

        (await firewall.SpendAsync(Paid)).IsReplay.Should().BeTrue();

        await AssertStandsAtAsync(firewall, spent: 1m, held: 0m);
    }

    [Fact]
    public async Task A_reservation_holds_once()
    {
        var firewall = Firewall();

        await using (await firewall.ReserveAsync(Paid))
            await AssertStandsAtAsync(firewall, spent: 0m, held: 1m);

        await AssertStandsAtAsync(firewall, spent: 0m, held: 0m);
    }

    private IBudgetFirewall Firewall() => new BudgetFirewallBuilder().UseStore(_ => new Forgetful(Store))
        .Configure(options => options.Budgets.Add(new() { Scope = BudgetScope.Each("user"), Limit = 1m })).Build();

    private static async Task AssertStandsAtAsync(IBudgetFirewall firewall, decimal spent, decimal held)
    {
        var state = (await firewall.GetStatusAsync(BudgetScope.User("alice"))).Budgets.Should().ContainSingle().Which;
        (state.Spent, state.Held).Should().Be((spent, held));
    }

    /// <summary>Does the first call, and answers as a store does to a repetition that finds other limits in force.</summary>
    private sealed class Forgetful(IBudgetStore inner) : StoreDecorator(inner)
    {
        private int _calls;

        public override async ValueTask<DecisionAnswer> DecideAsync(DecisionCall call)
        {
            var answer = await base.DecideAsync(call);
            return Interlocked.Increment(ref _calls) > 1 ? answer : new() { Status = DecisionStatus.OtherTime, Now = answer.Now };
        }
    }
}
