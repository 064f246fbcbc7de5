namespace BudgetFirewall.Storage;

/// <summary>What one step does to one bucket.</summary>
/// <param name="Rule">The rate limit.</param>
/// <param name="ScopeId">The scope's id.</param>
/// <param name="NeedMicros">What must be there, in micros; 0 or less needs nothing. A charge never refuses.</param>
/// <param name="TakeMicros">What is taken, in micros, below zero if need be.</param>
public readonly record struct BucketStep(BucketRule Rule, string ScopeId, long NeedMicros, long TakeMicros)
{
    /// <summary>True when the bucket has not what must be there.</summary>
    /// <param name="level">What is in the bucket now.</param>
    public bool Refuses(BucketLevel level) => NeedMicros > 0 && NeedMicros > level.Micros;
}
