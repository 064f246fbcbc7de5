using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using Testcontainers.Redis;

namespace BudgetFirewall.Redis.Servers;

/// <summary>A redis-server in a container that has the machine's network, so that tests reach it as they reach one of their own.</summary>
internal sealed class ContainerServerProcess : IServerProcess
{
    private const string Image = "redis:7.0";

    private readonly RedisContainer _container;

    private ContainerServerProcess(RedisContainer container) => _container = container;

    public bool HasExited => _container.State is TestcontainersStates.Exited or TestcontainersStates.Dead;

    public static async Task<IServerProcess> StartAsync(int port, string folder, IEnumerable<string> arguments, ServerClock? clock)
    {
        var builder = new RedisBuilder(Image)
            // Not by way of the image's own script, whose user may not write to a folder of ours.
            .WithEntrypoint("redis-server")
            .WithCommand([.. arguments])
            .WithBindMount(folder, folder)
            .WithCreateParameterModifier(parameters => parameters.HostConfig!.NetworkMode = "host")
            .WithWaitStrategy(Wait.ForUnixContainer().UntilCommandIsCompleted("redis-cli", "-p", $"{port}", "ping"));
        if (clock is not null)
        {
            builder = builder
                .WithBindMount(ClockShim.Path, ClockShim.Path)
                .WithBindMount(clock.Path, clock.Path)
                .WithEnvironment("LD_PRELOAD", ClockShim.Path)
                .WithEnvironment("CLOCKSHIM_FILE", clock.Path);
        }
        var container = builder.Build();
        await container.StartAsync();
        return new ContainerServerProcess(container);
    }

    public Task PauseAsync() => _container.PauseAsync();

    public Task ResumeAsync() => _container.UnpauseAsync();

    public void Kill() => _ = _container.StopAsync();

    public async ValueTask DisposeAsync() => await _container.DisposeAsync();
}
