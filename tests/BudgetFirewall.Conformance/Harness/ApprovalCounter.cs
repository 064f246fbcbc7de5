using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>A client of a store that counts what it is asked about approvals.</summary>
public sealed class ApprovalCounter(IBudgetStore inner) : StoreDecorator(inner)
{
    private int _asked;
    private int _read;

    public int Asked => Volatile.Read(ref _asked);

    public int Read => Volatile.Read(ref _read);

    public override ValueTask<AskApprovalAnswer> AskApprovalAsync(AskApprovalCall call)
    {
        Interlocked.Increment(ref _asked);
        return base.AskApprovalAsync(call);
    }

    public override ValueTask<ReadApprovalsAnswer> ReadApprovalsAsync(ReadApprovalsCall call)
    {
        Interlocked.Increment(ref _read);
        return base.ReadApprovalsAsync(call);
    }
}
