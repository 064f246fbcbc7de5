using System.Collections.Concurrent;

namespace BudgetFirewall.Tests.Registration;

/// <summary>Hears of charges. Events come from the firewall's queue, which is empty once the firewall is disposed.</summary>
internal sealed class ChargeCounter : IBudgetObserver
{
    private readonly ConcurrentQueue<decimal> _costs = [];

    public IReadOnlyList<decimal> Costs => [.. _costs];

    public void OnCharged(ChargeReceipt receipt) => _costs.Enqueue(receipt.Cost);
}
