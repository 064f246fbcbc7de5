namespace BudgetFirewall.Ledger.Tests;

/// <summary>A ledger of a process that dies when it has written for the first time, or stands still then: nobody hears that it has.</summary>
internal sealed class DyingLedger(bool standsStill) : LedgerAround
{
    private int _written;

    public int Written => _written;

    public override async ValueTask<int> AppendAsync(IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken = default)
    {
        var count = await base.AppendAsync(entries, cancellationToken);
        var isFirst = Interlocked.Add(ref _written, count) == count;
        if (standsStill)
            await Task.Delay(Timeout.Infinite, cancellationToken);
        return isFirst ? throw new LedgerException("The connection was lost.") : count;
    }
}
