using BudgetFirewall.Tests.Registration;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall.Tests;

/// <summary>A guarded call inside another one of the same provider or model is charged twice, which is logged once and counted. The meter is the whole process's, so nothing may run beside.</summary>
[Collection(Alone.Name)]
public sealed class NestedCallTests : IAsyncDisposable
{
    private const int CallNested = 237;

    private readonly RecordingLoggerFactory _log = new();
    private readonly MeterRecording _meter = new();
    private readonly IBudgetFirewall _firewall = new BudgetFirewallBuilder().Configure(options => options.Pricing.UnknownProviders = UnknownProviderPolicy.Free).Build();

    [Fact]
    public async Task A_call_of_the_same_provider_inside_one_that_was_entered_is_logged_once_and_counted_each_time()
    {
        await MakeAsync(Call("openai"), Call("openai"), times: 3);

        var (level, _, message) = _log.Entries.Should().ContainSingle(entry => entry.Id == CallNested).Which;
        level.Should().Be(LogLevel.Warning);
        message.Should().Contain("'openai'").And.Contain("guard the chat client or its HttpClient, not both");
        Counted.Should().Be(3);
    }

    [Fact]
    public async Task So_is_one_of_the_same_model_at_a_provider_of_another_name()
    {
        await MakeAsync(Call("openai", "gpt-4o"), Call("api.openai.com", "gpt-4o"));

        Counted.Should().Be(1);
    }

    [Fact]
    public async Task One_of_another_provider_and_model_is_a_call_of_its_own()
    {
        await MakeAsync(Call("openai", "gpt-4o"), Call("finnhub"));
        await MakeAsync(Call("openai"), Call("finnhub"));

        Counted.Should().Be(0);
        _log.Entries.Should().BeEmpty();
    }

    [Fact]
    public async Task One_after_the_other_has_been_left_is_not_inside_it_even_in_work_that_began_inside()
    {
        using var guard = Guard();
        await using var outer = await guard.BeginAsync(Call("openai"));
        var isLeft = new TaskCompletionSource();
        Task later;
        using (outer.Enter())
        {
            later = Task.Run(async () =>
            {
                await isLeft.Task;
                await using var call = await guard.BeginAsync(Call("openai"));
            });
        }
        isLeft.SetResult();
        await later;
        await using var after = await guard.BeginAsync(Call("openai"));

        Counted.Should().Be(0);
    }

    public async ValueTask DisposeAsync()
    {
        _meter.Dispose();
        _log.Dispose();
        await _firewall.DisposeAsync();
    }

    private long Counted => _meter.Of(BudgetFirewallDiagnostics.NestedCalls).Count;

    private CallGuard Guard() => new(_firewall, new() { LoggerFactory = _log });

    private async Task MakeAsync(BudgetRequest outer, BudgetRequest inner, int times = 1)
    {
        using var outerGuard = Guard();
        using var innerGuard = Guard();
        for (var i = 0; i < times; i++)
        {
            await using var call = await outerGuard.BeginAsync(outer);
            using var entered = call.Enter();
            await using var nested = await innerGuard.BeginAsync(inner);
        }
    }

    private static BudgetRequest Call(string provider, string? model = null) => new() { Provider = provider, Model = model, Cost = 0m };
}
