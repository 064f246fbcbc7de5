namespace BudgetFirewall.Storage;

/// <summary>What can be looked at without entering it: whether anybody has changed it meanwhile is told by its version.</summary>
internal abstract class Versioned
{
    private int _version;

    /// <summary>What is read after this counts only if <see cref="IsStill"/> says so afterwards.</summary>
    public int Version => Volatile.Read(ref _version);

    /// <summary>True when nothing has changed since the version was read.</summary>
    public bool IsStill(int version)
    {
        Volatile.ReadBarrier();
        return _version == version;
    }

    /// <summary>Takes the version to the next, unless somebody else did.</summary>
    protected bool TryAdvance(int version) => Interlocked.CompareExchange(ref _version, unchecked(version + 1), version) == version;

    /// <summary>Takes the version to the next, where nobody else can.</summary>
    protected void Advance() => Volatile.Write(ref _version, unchecked(_version + 1));
}
