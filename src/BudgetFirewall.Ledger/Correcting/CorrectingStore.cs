using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>A store with a ledger, around one that records: it corrects what was charged.</summary>
internal sealed class CorrectingStore(IBudgetStore inner, Corrector corrector, PendingCorrections pending) : DelegatingBudgetStore(inner), IChargeCorrector
{
    public ValueTask<CorrectionReceipt> CorrectAsync(CorrectionOrder order, CancellationToken cancellationToken) => corrector.CorrectAsync(order, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await pending.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
