using System.Diagnostics.CodeAnalysis;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The reservations and checks of a replay that something may still come of, by the ids of their operations. The oldest ones are forgotten. Not thread-safe.</summary>
internal sealed class OpenCalls
{
    private const int MostKept = 200_000;

    private static readonly TimeSpan LongestKept = TimeSpan.FromHours(25);

    private readonly Dictionary<Key, Call> _calls = [];
    private readonly Queue<(Key Key, Call Call)> _byAge = new();

    /// <summary>Keeps a reservation that was granted; null for a call that was refused.</summary>
    public void Add(LedgerEntry entry, HeldReservation? reservation)
    {
        while (_byAge.TryPeek(out var oldest) && (_byAge.Count >= MostKept || oldest.Call.Time + LongestKept < entry.Time))
        {
            _byAge.Dequeue();
            if (_calls.TryGetValue(oldest.Key, out var present) && present == oldest.Call)
                _calls.Remove(oldest.Key);
        }
        var (key, call) = (Key.Of(entry), new Call(entry.Time, reservation));
        _calls[key] = call;
        _byAge.Enqueue((key, call));
    }

    public bool Has(LedgerEntry entry) => _calls.ContainsKey(Key.Of(entry));

    /// <summary>Takes the call of an entry's operation out.</summary>
    public bool TryTake(LedgerEntry entry, [NotNullWhen(true)] out Call? call) => _calls.Remove(Key.Of(entry), out call);

    /// <param name="Time">The time of the call.</param>
    /// <param name="Reservation">The reservation; null for a call that was refused.</param>
    public sealed record Call(DateTimeOffset Time, HeldReservation? Reservation);

    private readonly record struct Key(string? Partition, string? Scope, string Id)
    {
        public static Key Of(LedgerEntry entry) => new(entry.Partition, entry.OperationScope, entry.OperationId);
    }
}
