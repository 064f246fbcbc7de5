using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace BudgetFirewall.Redis.Servers;

/// <summary>A port for one server of a test. No other test on this machine takes it, not even while the server is away, because a file is locked for it.</summary>
public sealed class ReservedPort : IDisposable
{
    private readonly FileStream _lock;

    private ReservedPort(int number, FileStream file) => (Number, _lock) = (number, file);

    public int Number { get; }

    // Below the ports that systems give to outgoing connections: one of those must not take the port of a server that is restarted,
    // nor end up connected to itself while the server is away. Cluster servers also listen 10,000 higher.
    public static ReservedPort Take()
    {
        while (true)
        {
            var number = Random.Shared.Next(12_000, 22_000);
            if (TryLock(number) is not { } file)
                continue;
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, number);
                listener.Start();
                return new(number, file);
            }
            catch (SocketException)
            {
                file.Dispose();
            }
        }
    }

    public void Dispose() => _lock.Dispose();

    private static FileStream? TryLock(int number)
    {
        var path = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"budgetfirewall-port-{number}"));
        try
        {
            return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
