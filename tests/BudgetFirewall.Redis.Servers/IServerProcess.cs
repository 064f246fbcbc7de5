using System.Reflection;

namespace BudgetFirewall.Redis.Servers;

/// <summary>A running redis-server. Disposing ends it as a crash would.</summary>
internal interface IServerProcess : IAsyncDisposable
{
    private static readonly bool UsesTestcontainers = typeof(IServerProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Any(attribute => attribute is { Key: "UseTestcontainers", Value: "true" });

    bool HasExited { get; }

    /// <summary>Starts a server in a container when the build was told to use Testcontainers, and else from the redis-server on PATH.</summary>
    static Task<IServerProcess> StartAsync(int port, string folder, IEnumerable<string> arguments, ServerClock? clock) => UsesTestcontainers
        ? ContainerServerProcess.StartAsync(port, folder, arguments, clock)
        : Task.FromResult<IServerProcess>(OwnServerProcess.Start(port, folder, arguments, clock));

    /// <summary>Lets it stand still, in the middle of whatever it does.</summary>
    Task PauseAsync();

    Task ResumeAsync();

    /// <summary>Ends it without waiting until it has ended.</summary>
    void Kill();
}
