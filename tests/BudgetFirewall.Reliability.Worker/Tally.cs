using System.Collections.Concurrent;
using System.Diagnostics;

namespace BudgetFirewall.Reliability;

/// <summary>Counts what comes of a job's calls. Thread-safe.</summary>
internal sealed class Tally
{
    // The latest calls only: it must not grow while its process's memory is watched.
    private readonly int[] _tookMicros = new int[65_536];
    private readonly ConcurrentQueue<long> _loweredAtMs = new();
    private readonly ConcurrentDictionary<string, int> _surprises = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private int _granted;
    private int _denied;
    private int _unknown;
    private int _calls;
    private long _charged;
    private long _open;
    private long _lastGrant;
    private long _longestGap;

    public void Took(TimeSpan time)
    {
        var calls = Interlocked.Increment(ref _calls);
        _tookMicros[calls % _tookMicros.Length] = (int)Math.Clamp(time.TotalMicroseconds, 1, int.MaxValue);
    }

    public void Granted(long nanos)
    {
        lock (_lock)
        {
            var now = Stopwatch.GetTimestamp();
            if (_lastGrant != 0)
                _longestGap = Math.Max(_longestGap, now - _lastGrant);
            (_lastGrant, _granted, _open) = (now, _granted + 1, _open + nanos);
        }
    }

    public void Denied() => Interlocked.Increment(ref _denied);

    public void Unknown() => Interlocked.Increment(ref _unknown);

    public void Charged(long nanos, long heldNanos)
    {
        lock (_lock)
            (_charged, _open) = (_charged + nanos, _open - heldNanos);
    }

    public void Lowered(DateTimeOffset at) => _loweredAtMs.Enqueue(at.ToUnixTimeMilliseconds());

    public void Surprise(Exception e) => Surprise($"{e.GetType().Name}: {e.Message}");

    public void Surprise(string what) => _surprises.AddOrUpdate(what, 1, (_, count) => count + 1);

    public WorkResult Result(int dataLosses)
    {
        var times = _tookMicros.Where(micros => micros > 0).Order().ToArray();
        double At(double part) => times.Length == 0 ? 0 : times[(int)((times.Length - 1) * part)] / 1000d;
        return new()
        {
            Granted = _granted,
            Denied = _denied,
            Unknown = _unknown,
            Calls = _calls,
            ChargedNanos = _charged,
            OpenNanos = _open,
            MedianMs = At(0.5),
            P99Ms = At(0.99),
            LongestMs = At(1),
            LongestGapMs = Stopwatch.GetElapsedTime(0, _longestGap).TotalMilliseconds,
            DataLosses = dataLosses,
            Surprises = [.. _surprises.Take(20).Select(item => $"{item.Value} times {item.Key}")],
            LoweredAtMs = [.. _loweredAtMs],
            WorkingSetBytes = Environment.WorkingSet,
        };
    }
}
