using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace BudgetFirewall.Tests;

/// <summary>Keeps all that the library's meter reports while it exists.</summary>
internal sealed class MeterRecording : IDisposable
{
    private readonly MeterListener _listener = new();

    public MeterRecording()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == BudgetFirewallDiagnostics.MeterName)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.Start();
    }

    public ConcurrentQueue<Measured> All { get; } = new();

    /// <summary>What an instrument has reported; of observable ones, what they report now.</summary>
    public IReadOnlyList<Measured> Of(string instrument)
    {
        _listener.RecordObservableInstruments();
        return [.. All.Where(measured => measured.Instrument == instrument)];
    }

    public void Dispose() => _listener.Dispose();

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        All.Enqueue(new(instrument.Name, value, string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));

    internal sealed record Measured(string Instrument, double Value, string Tags);
}
