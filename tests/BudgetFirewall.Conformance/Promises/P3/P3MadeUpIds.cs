namespace BudgetFirewall.Conformance;

/// <summary>
/// P3: ids that the library made up are remembered for a minute, for repetitions. For stores that can lose an answer on its way;
/// the memory store cannot and does not remember them.
/// </summary>
public abstract class P3MadeUpIds<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task A_charge_repeated_with_the_id_that_the_exception_names_is_charged_once()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(options => options.Budgets.Add(AliceLimit(10m)));
        chaos.Strike(StoreCalls.Decide, StoreFault.AnswerLost);
        var e = (await FluentActions.Awaiting(async () => await firewall.ChargeAsync(Call(1m))).Should().ThrowExactlyAsync<ChargeUnconfirmedException>()).Which;
        chaos.Heal();

        var receipt = await firewall.ChargeAsync(Call(1m, id: e.OperationId));

        receipt.IsReplay.Should().BeTrue();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1m);
    }
}
