namespace BudgetFirewall.Redis.Servers;

/// <summary>The clock of servers that share it: real time until it is set, and from then on it stands still between two settings.</summary>
public sealed class ServerClock : IDisposable
{
    private readonly FileStream _file;
    private long _standsAtTicks;

    public ServerClock()
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"budgetfirewall-clock-{Guid.NewGuid():N}");
        _file = new(Path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        Write(0);
    }

    public string Path { get; }

    public DateTimeOffset Now => Volatile.Read(ref _standsAtTicks) is var ticks and not 0 ? new(ticks, TimeSpan.Zero) : DateTimeOffset.UtcNow;

    public void MoveTo(DateTimeOffset moment)
    {
        // A server counts in microseconds.
        var ticks = moment.UtcTicks / TimeSpan.TicksPerMicrosecond * TimeSpan.TicksPerMicrosecond;
        Write((ticks - DateTime.UnixEpoch.Ticks) * 100);
        Volatile.Write(ref _standsAtTicks, ticks);
    }

    public void Dispose()
    {
        _file.Dispose();
        File.Delete(Path);
    }

    private void Write(long nanoseconds)
    {
        _file.Position = 0;
        _file.Write(BitConverter.GetBytes(nanoseconds));
        _file.Flush();
    }
}
