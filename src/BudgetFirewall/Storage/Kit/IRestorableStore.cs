namespace BudgetFirewall.Storage;

/// <summary>A store that forgets with its process, and that can take over what was kept of it elsewhere.</summary>
public interface IRestorableStore
{
    /// <summary>Takes over what an earlier store has had. To be called once, before the first other call: what the store has already is not replaced but added to.</summary>
    /// <param name="image">What the earlier store has had.</param>
    /// <exception cref="ArgumentNullException"><paramref name="image"/> is null.</exception>
    void Restore(StoreImage image);
}
