namespace BudgetFirewall.Storage;

/// <summary>
/// A sequence lock, which is a lock with a version: only the thread that has entered may change the state. A thread that only reads learns from the version
/// whether another was inside meanwhile.
/// </summary>
internal abstract class SequenceLock
{
    // Odd while a thread is inside.
    private int _version;

    public void Enter()
    {
        var spinner = new SpinWait();
        while (!TryEnter())
            spinner.SpinOnce(sleep1Threshold: -1);
    }

    public void Exit() => Volatile.Write(ref _version, unchecked(_version + 1));

    /// <summary>
    /// Begins to read without entering; false while another thread is inside. The values read are valid only if <see cref="IsStill"/> is true afterwards.
    /// </summary>
    public bool TryLook(out int version)
    {
        version = Volatile.Read(ref _version);
        return (version & 1) == 0;
    }

    /// <summary>True when no thread has been inside since reading began.</summary>
    public bool IsStill(int version)
    {
        Volatile.ReadBarrier();
        return _version == version;
    }

    private bool TryEnter() => TryLook(out var version) && Interlocked.CompareExchange(ref _version, unchecked(version + 1), version) == version;
}
