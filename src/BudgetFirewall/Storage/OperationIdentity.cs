using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The identity of an operation, by which a repetition is recognised.</summary>
/// <param name="Partition">Its partition; null without partitions.</param>
/// <param name="Scope">The scope that owns the id; null when it has none.</param>
/// <param name="ExplicitId">The id that the caller gave; null when the library generates one on demand.</param>
/// <param name="Fingerprint">The digest of its content; 0 for a generated id.</param>
internal readonly record struct OperationIdentity(string? Partition, string? Scope, string? ExplicitId, UInt128 Fingerprint)
{
    public static OperationIdentity Of(DecisionKind kind, BudgetRequest request, string? partition) => request.OperationId is { } id
        ? new(partition, request.OperationScope, id, RequestFingerprint.Fingerprint(DecisionKindName.Of(kind), request))
        : new(partition, request.OperationScope, ExplicitId: null, default);

    /// <summary>The id that was generated for a first attempt at the operation, which may have been done though its answer was lost; null: the next attempt is the first.</summary>
    public OperationId? GeneratedId { get; init; }

    public bool HasExplicitId => ExplicitId is not null;
}
