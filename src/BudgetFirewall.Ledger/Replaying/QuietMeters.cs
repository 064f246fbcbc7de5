using System.Diagnostics.Metrics;

namespace BudgetFirewall;

/// <summary>Makes meters of a name that nobody listens to, so that a replay is in no metric of the application.</summary>
internal sealed class QuietMeters : IMeterFactory
{
    private const string Name = "BudgetFirewall.WhatIf";

    private readonly List<Meter> _meters = [];

    public Meter Create(MeterOptions options)
    {
        var meter = new Meter(Name);
        _meters.Add(meter);
        return meter;
    }

    public void Dispose() => _meters.ForEach(meter => meter.Dispose());
}
