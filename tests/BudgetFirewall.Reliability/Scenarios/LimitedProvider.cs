using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace BudgetFirewall.Reliability;

/// <summary>A provider on a port of its own that answers so many calls a second, with bursts of a quarter of a second, and refuses the others by 429.</summary>
internal sealed class LimitedProvider : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Lock _lock = new();
    private readonly List<(TimeSpan At, bool IsAdmitted)> _calls = [];
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Task _serving;
    private double _rate;
    private double _level;
    private TimeSpan _filledAt;

    public LimitedProvider(double rate)
    {
        _rate = rate;
        // Threads of the pool wait for what workers write. It adds others only after up to a second, and the provider would stand still for as long.
        ThreadPool.GetMinThreads(out var threads, out var completions);
        ThreadPool.SetMinThreads(Math.Max(threads, 64), completions);
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        Address = new($"http://127.0.0.1:{port}/");
        _listener.Prefixes.Add(Address.ToString());
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Address { get; }

    public TimeSpan Now => _watch.Elapsed;

    public void Allow(double rate)
    {
        lock (_lock)
            _rate = rate;
    }

    /// <summary>The calls a second in a span of time: those admitted, and all.</summary>
    public (double Admitted, double All) RateIn(TimeSpan from, TimeSpan until)
    {
        lock (_lock)
        {
            var calls = _calls.Where(call => call.At >= from && call.At < until).ToList();
            return (calls.Count(call => call.IsAdmitted) / (until - from).TotalSeconds, calls.Count / (until - from).TotalSeconds);
        }
    }

    /// <summary>The most calls in any span of time that long.</summary>
    public int MostIn(TimeSpan span)
    {
        lock (_lock)
        {
            var (most, first) = (0, 0);
            for (var last = 0; last < _calls.Count; last++)
            {
                while (_calls[last].At - _calls[first].At >= span)
                    first++;
                most = Math.Max(most, last - first + 1);
            }
            return most;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            context.Response.StatusCode = (int)(Admits() ? HttpStatusCode.OK : HttpStatusCode.TooManyRequests);
            context.Response.Close();
        }
    }

    private bool Admits()
    {
        lock (_lock)
        {
            var now = Now;
            _level = Math.Min(_level + ((now - _filledAt).TotalSeconds * _rate), Math.Max(_rate / 4, 1));
            _filledAt = now;
            var isAdmitted = _level >= 1;
            _level -= isAdmitted ? 1 : 0;
            _calls.Add((now, isAdmitted));
            return isAdmitted;
        }
    }
}
