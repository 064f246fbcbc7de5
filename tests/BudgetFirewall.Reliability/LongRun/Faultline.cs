namespace BudgetFirewall.Reliability;

/// <summary>Strikes a server and the way to it with one fault after another, drawn at random, and heals each before it returns.</summary>
internal sealed class Faultline(RedisServer server, FaultProxy proxy, Victim victim, Random random, Dictionary<string, int> struck)
{
    public async Task StrikeAsync()
    {
        (string Name, Func<Task> Strike)[] faults =
        [
            ("replies lost", () => ForAWhileAsync(new() { LostReplies = 0.05 })),
            ("requests cut", () => ForAWhileAsync(new() { CutRequests = 0.05 })),
            ("slow network", () => ForAWhileAsync(new() { RequestDelay = TimeSpan.FromMilliseconds(5), ReplyDelay = TimeSpan.FromMilliseconds(5) })),
            ("requests swallowed", () => SwallowAsync(new() { SwallowsRequests = true })),
            ("replies swallowed", () => SwallowAsync(new() { SwallowsReplies = true })),
            ("connections refused", () => SwallowAsync(new() { RefusesConnections = true })),
            ("server asleep", SleepAsync),
            ("clients paused", () => CommandAsync(TimeSpan.FromSeconds(2), "CLIENT", "PAUSE", "2000")),
            ("scripts flushed", () => CommandAsync(TimeSpan.Zero, "SCRIPT", "FLUSH")),
            ("server killed", KillAsync),
            ("process killed", victim.ReplaceAsync),
            ("memory full", FillAsync),
            ("replicas missing", () => SettingAsync("min-replicas-to-write", "1", "0")),
        ];
        var (name, strike) = faults[random.Next(faults.Length)];
        struck[name] = struck.GetValueOrDefault(name) + 1;
        await strike();
        Heal();
    }

    public void Heal() => proxy.Faults = ProxyFaults.None;

    private async Task ForAWhileAsync(ProxyFaults faults)
    {
        proxy.Faults = faults;
        await Task.Delay(random.Next(500, 3_000));
    }

    // What was swallowed leaves the connections out of step, so they end with it.
    private async Task SwallowAsync(ProxyFaults faults)
    {
        await ForAWhileAsync(faults);
        proxy.ResetAll();
    }

    private async Task SleepAsync()
    {
        await server.PauseAsync();
        await Task.Delay(random.Next(500, 3_000));
        await server.ResumeAsync();
    }

    private async Task CommandAsync(TimeSpan lasts, string command, params object[] arguments)
    {
        await server.CommandAsync(command, arguments);
        await Task.Delay(lasts);
    }

    private async Task KillAsync()
    {
        await server.KillBetweenSyncsAsync();
        await Task.Delay(random.Next(100, 2_000));
        await server.RunAsync();
    }

    private Task FillAsync() => SettingAsync("maxmemory", "1mb", "0");

    private async Task SettingAsync(string setting, string bad, string good)
    {
        await server.CommandAsync("CONFIG", "SET", setting, bad);
        await Task.Delay(random.Next(500, 3_000));
        await server.CommandAsync("CONFIG", "SET", setting, good);
    }
}
