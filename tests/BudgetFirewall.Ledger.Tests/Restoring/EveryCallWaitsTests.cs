using BudgetFirewall.Storage;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>No call of a store gets past the restoring of what the last process has left, whatever calls the contract gets.</summary>
public sealed class EveryCallWaitsTests
{
    private static readonly Type Restoring = typeof(LedgerOptions).Assembly.GetType("BudgetFirewall.RestoringStore", throwOnError: true)!;

    // It has nothing to do with what was spent, and must be there at once.
    public static TheoryData<string> Calls => [.. typeof(IBudgetStore).GetMethods().Select(call => call.Name).Except([nameof(IBudgetStore.ReservationSecret)])];

    [Theory]
    [MemberData(nameof(Calls))]
    public void The_call_has_a_way_of_its_own_through_the_store_that_waits(string name)
    {
        var map = Restoring.GetInterfaceMap(typeof(IBudgetStore));
        var call = typeof(IBudgetStore).GetMethod(name)!;

        map.TargetMethods[Array.IndexOf(map.InterfaceMethods, call)].DeclaringType.Should().Be(Restoring);
    }
}
