using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>Says that a hold was released and keeps it.</summary>
internal sealed class ForgetsReleases(IBudgetStore inner) : BrokenStore(inner)
{
    public override ValueTask<SettleAnswer> SettleAsync(SettleCall call) => call.IsCommit
        ? Inner.SettleAsync(call)
        : new(new SettleAnswer { Status = SettleStatus.Done, Now = call.Reservation.ExpiresAt });
}
