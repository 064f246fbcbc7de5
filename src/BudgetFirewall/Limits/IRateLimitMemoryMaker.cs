namespace BudgetFirewall.Storage;

/// <summary>Puts the state of a rate limit where its store keeps it, in the type that the algorithm has chosen, so that the state is a part of its place and no object of its own.</summary>
internal interface IRateLimitMemoryMaker<out TResult>
{
    TResult Make<TMemory>(TMemory memory) where TMemory : struct, IRateLimitMemory;
}
