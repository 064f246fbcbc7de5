using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>A store with one fault built in, which the suite must find.</summary>
internal abstract class BrokenStore(IBudgetStore inner) : StoreDecorator(inner)
{
    /// <summary>Every broken store by what is wrong with it.</summary>
    public static IReadOnlyDictionary<string, Func<IBudgetStore, IBudgetStore>> All { get; } = new Dictionary<string, Func<IBudgetStore, IBudgetStore>>
    {
        ["loses a charge in one of its scopes"] = store => new LosesCharges(store),
        ["admits one nano too much"] = store => new AdmitsANanoTooMuch(store),
        ["forgets to give a released hold back"] = store => new ForgetsReleases(store),
        ["charges a replay again"] = store => new ChargesReplaysAgain(store),
        ["takes from a bucket though it denies"] = store => new TakesThoughItDenies(store),
        ["does not notice that the catalog has changed"] = store => new IgnoresTheCatalog(store),
    };

    protected static DecisionCall Changed(
        DecisionCall call,
        DecisionKind? kind = null,
        string? operationId = null,
        string? catalogVersion = null,
        ImmutableArray<LimitDemand>? limits = null) => new()
        {
            Kind = kind ?? call.Kind,
            Partition = call.Partition,
            OperationId = operationId ?? call.OperationId,
            Retention = call.Retention,
            Fingerprint = call.Fingerprint,
            CatalogVersion = catalogVersion ?? call.CatalogVersion,
            CostNanos = call.CostNanos,
            IsCostUnknown = call.IsCostUnknown,
            Limits = limits ?? call.Limits,
            Lease = call.Lease,
            MaxWait = call.MaxWait,
            RecordRetention = call.RecordRetention,
            Request = call.Request,
            IsReplayOnly = call.IsReplayOnly,
        };
}
