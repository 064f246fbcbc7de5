// Draws what each algorithm of rate limits lets through under the same load: dotnet run --file docs/pictures/rate-limits.cs docs/pictures/rate-limits.svg
// The calls are made of the library itself, on a clock that the program moves.
#:project ../../src/BudgetFirewall/BudgetFirewall.csproj
#:property PublishAot=false
#:property NoWarn=CA2007

using System.Text;
using BudgetFirewall;

var scope = BudgetScope.Provider("api");
(string Name, RateLimit Limit)[] rows =
[
    ("token bucket: 5 at once, 1 a second", RateLimit.TokenBucket(scope, capacity: 5, refillPerSecond: 1)),
    ("leaky bucket: 1 a second, 5 may wait", RateLimit.LeakyBucket(scope, ratePerSecond: 1, queueLimit: 5)),
    ("fixed window: 10 in each 10 seconds", RateLimit.FixedWindow(scope, limit: 10, window: TimeSpan.FromSeconds(10))),
    ("sliding window: 10 in any 10 seconds", RateLimit.SlidingWindow(scope, limit: 10, window: TimeSpan.FromSeconds(10))),
];

// Ten calls just before a window ends, ten just after, and later three a second.
double[] arrivals =
[
    1, 3, 5,
    .. Enumerable.Range(0, 10).Select(i => 8 + (i * 0.15)),
    .. Enumerable.Range(0, 10).Select(i => 10.5 + (i * 0.15)),
    .. Enumerable.Range(0, 18).Select(i => 20 + (i / 3.0)),
];

var picture = new Picture(rows.Length, seconds: 30);
picture.Row(0, $"the load: {arrivals.Length} calls", arrivals.Select(at => new Call(at, at, IsAllowed: true)), "load");
for (var i = 0; i < rows.Length; i++)
{
    var calls = await RunAsync(rows[i].Limit, arrivals);
    picture.Row(i + 1, $"{rows[i].Name}: {calls.Count(call => call.IsAllowed)} made", calls, "made");
}
await File.WriteAllTextAsync(args[0], picture.ToString());

static async Task<Call[]> RunAsync(RateLimit limit, double[] arrivals)
{
    var clock = new Clock();
    await using var firewall = new BudgetFirewallBuilder().Configure(options => options.RateLimits.Add(limit)).UseTimeProvider(clock).Build();
    var calls = new List<Task<Call>>();
    foreach (var arrival in arrivals)
    {
        clock.MoveTo(arrival);
        calls.Add(CallAsync(firewall, clock, arrival));
    }
    for (var second = arrivals[^1]; calls.Any(call => !call.IsCompleted); second += 0.1)
    {
        clock.MoveTo(second);
        await Task.Yield();
    }
    return await Task.WhenAll(calls);
}

// The decision says for how long its call waits; the clock need not pass for that.
static async Task<Call> CallAsync(IBudgetFirewall firewall, Clock clock, double arrival)
{
    var decision = await firewall.TryCheckAsync(new BudgetRequest { Provider = "api", Cost = 0 });
    return new(arrival, arrival + decision.Wait.TotalSeconds, decision.IsAllowed);
}

internal sealed record Call(double Arrival, double Start, bool IsAllowed);

/// <summary>A clock that stands until it is moved, and then lets the timers go off that are due.</summary>
internal sealed class Clock : TimeProvider
{
    private readonly List<Timer> _timers = [];
    private double _seconds;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 3, 10, 12, 0, 0, TimeSpan.Zero).AddSeconds(_seconds);

    public override long GetTimestamp() => TimeSpan.FromSeconds(_seconds).Ticks;

    public void MoveTo(double seconds)
    {
        while (_timers.Where(timer => timer.Due <= seconds).MinBy(timer => timer.Due) is { } next)
        {
            _seconds = Math.Max(_seconds, next.Due);
            _timers.Remove(next);
            next.Ring();
        }
        _seconds = Math.Max(_seconds, seconds);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(Clock clock, TimerCallback callback, object? state) : ITimer
    {
        public double Due { get; private set; }

        public void Ring() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock._timers.Remove(this);
            Due = clock._seconds + dueTime.TotalSeconds;
            if (dueTime != Timeout.InfiniteTimeSpan)
                clock._timers.Add(this);
            return true;
        }

        public void Dispose() => clock._timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>Rows of calls on one axis of time. Calls that are refused are hollow; a line leads from the arrival of a call that waits to its start.</summary>
internal sealed class Picture(int limits, int seconds)
{
    private const int Left = 20;
    private const int Top = 12;
    private const int RowHeight = 62;
    private const int PixelsPerSecond = 26;

    private readonly StringBuilder _rows = new();

    public void Row(int index, string title, IEnumerable<Call> calls, string style)
    {
        var y = Top + (index * RowHeight);
        Line($"""<text x="{Left}" y="{y + 12}">{title}</text>""");
        Line($"""<line x1="{Left}" y1="{y + 36}" x2="{X(seconds)}" y2="{y + 36}" class="axis"/>""");
        foreach (var call in calls)
        {
            if (call.Start > call.Arrival)
                Line($"""<path d="M{X(call.Arrival)} {y + 48} L{X(call.Start)} {y + 30}" class="wait"/>""");
            Line($"""<circle cx="{X(call.IsAllowed ? call.Start : call.Arrival)}" cy="{y + (call.IsAllowed ? 30 : 44)}" r="3.5" class="{(call.IsAllowed ? style : "refused")}"/>""");
        }
    }

    public override string ToString()
    {
        var height = Top + ((limits + 1) * RowHeight) + 30;
        var axis = Enumerable.Range(0, (seconds / 5) + 1).Select(i => i * 5).Select(second => Text($"""<text x="{X(second)}" y="{height - 26}" class="tick">{second} s</text>"""));
        return $$"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{Text($"{X(seconds) + Left} {height}")}}" font-family="sans-serif" font-size="12">
            <style>
            text { fill: #333 } .tick { text-anchor: middle; fill: #777 } .axis { stroke: #ccc } .load { fill: #888 } .made { fill: #1a7f37 }
            .refused { fill: none; stroke: #cf222e } .wait { stroke: #bf8700; fill: none }
            @media (prefers-color-scheme: dark) { text { fill: #ddd } .tick { fill: #999 } .axis { stroke: #555 } .made { fill: #3fb950 } .refused { stroke: #f85149 } }
            </style>
            {{_rows}}{{string.Join('\n', axis)}}
            <text x="{{Left}}" y="{{height - 6}}">filled: made when it stands there · hollow: refused · line: waits from its arrival to its start</text>
            </svg>

            """;
    }

    private static string X(double second) => Text($"{Left + (second * PixelsPerSecond):0.#}");

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private void Line(FormattableString line) => _rows.Append(Text(line)).Append('\n');
}
