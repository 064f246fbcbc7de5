namespace BudgetFirewall.Storage;

/// <summary>
/// What is changed only by whoever has entered it; whoever only looks at it learns from its version whether anybody was inside meanwhile.
/// </summary>
internal abstract class Versioned
{
    // Odd while somebody is inside.
    private int _version;

    public void Enter()
    {
        var spinner = new SpinWait();
        while (!TryEnter())
            spinner.SpinOnce(sleep1Threshold: -1);
    }

    public void Exit() => Volatile.Write(ref _version, unchecked(_version + 1));

    /// <summary>Begins a look without entering; false while somebody is inside. What is read counts only if <see cref="IsStill"/> says so afterwards.</summary>
    public bool TryLook(out int version)
    {
        version = Volatile.Read(ref _version);
        return (version & 1) == 0;
    }

    /// <summary>True when nobody has been inside since the look began.</summary>
    public bool IsStill(int version)
    {
        Volatile.ReadBarrier();
        return _version == version;
    }

    private bool TryEnter() => TryLook(out var version) && Interlocked.CompareExchange(ref _version, unchecked(version + 1), version) == version;
}
