using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>Answers a call matched with an old catalog as though it were matched with the present one.</summary>
internal sealed class IgnoresTheCatalog(IBudgetStore inner) : BrokenStore(inner)
{
    public override async ValueTask<DecisionAnswer> DecideAsync(DecisionCall call) =>
        await Inner.DecideAsync(Changed(call, catalogVersion: (await Inner.ReadWholeCatalogAsync(call.Partition)).Version));
}
