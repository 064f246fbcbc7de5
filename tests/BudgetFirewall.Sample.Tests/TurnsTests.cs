using BudgetFirewall.Conformance;
using BudgetFirewall.Sample.Turns;

namespace BudgetFirewall.Sample.Tests;

/// <summary>The demonstration of turns.</summary>
public sealed class TurnsTests
{
    [Fact]
    public async Task Calls_that_come_at_once_get_turns_or_are_told_when_to_come_again()
    {
        var clock = new CountingClock();
        await using var output = new Lines();

        var running = TurnsDemo.RunAsync(output, clock, CancellationToken.None);
        await PassAsync(clock, output, waiting: 3);
        await PassAsync(clock, output, waiting: 2);
        await running.WaitAsync(TimeSpan.FromMinutes(1));

        output.All.Should().Equal(
            "A rate limit lets 2 calls a second begin and 3 more wait. Six come at once:",
            "  call 1: begins at once",
            "  call 5: is refused (RateLimited) and may come again after 0.5 s",
            "  call 6: is refused (RateLimited) and may come again after 0.5 s",
            "  call 2: waits for its turn and begins after 0.5 s",
            "  call 3: waits for its turn and begins after 1.0 s",
            "  call 4: waits for its turn and begins after 1.5 s",
            "",
            "A budget of 3 lets 2 calls a second begin above that, up to 6. Seven that cost 1 each come at once:",
            "  call 1: begins at once",
            "  call 2: begins at once",
            "  call 3: begins at once",
            "  call 4: begins at once",
            "  call 7: is refused (BudgetExceeded), and waiting does not help",
            "  call 5: waits for its turn and begins after 0.5 s",
            "  call 6: waits for its turn and begins after 1.0 s",
            "  spent 6.00 of 3.00: above its limit, where it lets calls wait");
    }

    [Fact]
    public async Task The_command_line_shows_it()
    {
        var run = await SampleRun.InPlainTextAsync("turns");

        run.ExitCode.Should().Be(0);
        run.Output.Should().Contain("call 1: begins at once").And.Contain("is refused (BudgetExceeded), and waiting does not help").And.Contain("spent 6.00 of 3.00");
    }

    /// <summary>Waits until so many calls wait for their turns, and lets time pass from one turn to the next.</summary>
    private static async Task PassAsync(CountingClock clock, Lines output, int waiting)
    {
        await UntilAsync(() => clock.Timers == waiting);
        clock.Timers = 0;
        var before = output.All.Count;
        for (var begun = 1; begun <= waiting; begun++)
        {
            clock.Time.Advance(TimeSpan.FromSeconds(0.5));
            await UntilAsync(() => output.All.Count >= before + begun);
        }
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 10_000 && !condition(); i++)
            await Task.Delay(5);
        condition().Should().BeTrue();
    }

    /// <summary>A clock that stands still and counts those who wait for it.</summary>
    private sealed class CountingClock : TimeProvider
    {
        private int _timers;

        public ManualTimeProvider Time { get; } = new(new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero));

        public int Timers { get => Volatile.Read(ref _timers); set => Volatile.Write(ref _timers, value); }

        public override long TimestampFrequency => Time.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => Time.GetUtcNow();

        public override long GetTimestamp() => Time.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = Time.CreateTimer(callback, state, dueTime, period);
            Interlocked.Increment(ref _timers);
            return timer;
        }
    }

    /// <summary>Keeps what is written line by line.</summary>
    private sealed class Lines : StringWriter
    {
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> All
        {
            get
            {
                lock (_lines)
                    return [.. _lines];
            }
        }

        public override void WriteLine(string? value)
        {
            lock (_lines)
                _lines.Add(value ?? "");
        }

        public override Task WriteLineAsync(string? value)
        {
            WriteLine(value);
            return Task.CompletedTask;
        }

        public override Task WriteLineAsync() => WriteLineAsync("");
    }
}
