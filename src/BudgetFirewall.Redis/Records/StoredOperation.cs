using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>An operation's record as read back.</summary>
internal sealed class StoredOperation
{
    private StoredOperation(DecisionKind kind, UInt128 fingerprint, long costNanos) => (Kind, Fingerprint, CostNanos) = (kind, fingerprint, costNanos);

    public DecisionKind Kind { get; }

    public UInt128 Fingerprint { get; }

    public long CostNanos { get; }

    /// <summary>True when the cost was only the part that was known; null where the record does not tell, and only the very call can be repeated.</summary>
    public bool? IsCostUnknown { get; private init; }

    public ImmutableArray<ChargeEvent> Events { get; private init; } = [];

    /// <summary>The counters that were charged; empty where the id was made up, and the call that is repeated knows them.</summary>
    public ImmutableArray<HeldCounter> Charged { get; private init; } = [];

    /// <summary>The time of the turn that a check or reservation has to wait for; null where there was nothing to wait for.</summary>
    public DateTimeOffset? Turn { get; private init; }

    /// <summary>The reservation; null for other operations.</summary>
    public HeldReservation? Reservation { get; private init; }

    /// <summary>
    /// True when a call is the one recorded. An id that the client made up has no fingerprint: only a caller that got it from the exception of its unconfirmed call
    /// can repeat it.
    /// </summary>
    // Checks of rate limits alone have a key of their own, and are recorded as checks.
    public bool IsSame(DecisionCall call) => Kind == (call.Kind == DecisionKind.CheckRateLimits ? DecisionKind.Check : call.Kind) && (Fingerprint == call.Fingerprint || Fingerprint == 0);

    /// <summary>Reads a record.</summary>
    /// <exception cref="BudgetStoreException">It is not one.</exception>
    public static StoredOperation Read(ReadOnlySpan<byte> record, string? partition, string operationId, RedisKey key)
    {
        try
        {
            return ReadParts(record, partition, operationId, key);
        }
#pragma warning disable CA1031 // Whatever the parts of a foreign value make of each other, it is a foreign value.
        catch (Exception e) when (e is not BudgetStoreException)
#pragma warning restore CA1031
        {
            throw RedisFault.Corrupt(key, e);
        }
    }

    private static StoredOperation ReadParts(ReadOnlySpan<byte> record, string? partition, string operationId, RedisKey key)
    {
        var parts = Reply.OfPart(record, key);
        var kind = (record.IsEmpty ? default : (char)record[0]) switch
        {
            RecordKind.CheckRecord => DecisionKind.Check,
            RecordKind.ReservationRecord => DecisionKind.Reserve,
            RecordKind.SpendRecord => DecisionKind.Spend,
            RecordKind.ChargeRecord => DecisionKind.Charge,
            _ => throw new FormatException("This is no record."),
        };
        if (kind == DecisionKind.Reserve)
            return ReadReservation(ref parts, partition, operationId);
        _ = parts.Byte();
        var head = parts.Take(RecordHeadLayout.Size);
        var fingerprint = ToFingerprint(RecordHeadLayout.Fingerprint(head));
        var cost = parts.Amount(RecordHeadLayout.Cost(head));
        if (kind == DecisionKind.Check)
            return new(kind, fingerprint, cost) { Turn = ReadTurn(parts, parts.Rest) };
        var events = parts.Events();
        var data = RecordBody.Read(parts.Rest, out var rest);
        if (!rest.IsEmpty)
            throw new FormatException("The record goes on behind its end.");
        return new(kind, fingerprint, cost) { IsCostUnknown = parts.Rest.IsEmpty && fingerprint == 0 ? null : data.IsCostUnknown, Events = events, Charged = ReadCharged(data) };
    }

    private static StoredOperation ReadReservation(ref Reply parts, string? partition, string operationId)
    {
        var bytes = parts.Take(ReservationLayout.Size);
        var isCommitted = (char)ReservationLayout.State(bytes)[0] == ReservationState.Committed;
        var expiresAt = parts.Time(ReservationLayout.FirstEndUs(bytes));
        var amounts = new long[ReservationLayout.Counters(bytes)];
        var fingerprint = ToFingerprint(ReservationLayout.Fingerprint(bytes));
        var cost = parts.Amount(ReservationLayout.Cost(bytes));
        for (var i = 0; i < amounts.Length; i++)
            amounts[i] = parts.Amount();
        if (isCommitted)
        {
            _ = parts.Take(SettledLayout.Size + (AmountLayout.Size * amounts.Length));
            _ = parts.Events();
        }
        var data = RecordBody.Read(parts.Rest, out var passedOver);
        if (data.Request is null || data.Counters.Length != amounts.Length)
            throw new FormatException("The record's parts do not fit.");
        var endAt = passedOver.IndexOfAny((byte)RecordMark.LeftMark, (byte)RecordMark.TurnMark);
        var turn = endAt < 0 ? null : ReadTurn(parts, passedOver[endAt..]);
        passedOver = endAt < 0 ? passedOver : passedOver[..endAt];
        return new(DecisionKind.Reserve, fingerprint, cost)
        {
            IsCostUnknown = data.IsCostUnknown,
            Turn = turn,
            Reservation = new()
            {
                OperationId = operationId,
                Partition = partition,
                Request = data.Request.ToRequest(),
                CostNanos = cost,
                IsCostUnknown = data.IsCostUnknown,
                ExpiresAt = expiresAt,
                Counters = [.. data.Counters.Select((counter, i) => ToCounter(counter, amounts[i]))],
                RateLimits = ToTaken(data.RateLimits, passedOver),
            },
        };
    }

    /// <summary>The rate limits that were taken from. Shadow limits that would have refused are not among them.</summary>
    private static ImmutableArray<LimitDemand> ToTaken(TakenRateLimitData[] rateLimits, ReadOnlySpan<byte> passedOver)
    {
        foreach (var index in passedOver)
        {
            if (index >= rateLimits.Length)
                throw new FormatException("The record passes over a rate limit that it does not have.");
        }
        var taken = ImmutableArray.CreateBuilder<LimitDemand>(rateLimits.Length);
        for (var i = 0; i < rateLimits.Length; i++)
        {
            if (!passedOver.Contains((byte)i))
                taken.Add(ToRateLimit(rateLimits[i]));
        }
        return taken.ToImmutable();
    }

    private static DateTimeOffset? ReadTurn(in Reply record, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return null;
        // What queues were left at is for scripts only.
        while (bytes.Length > LeftLayout.Size && LeftLayout.Mark(bytes) == RecordMark.LeftMark)
            bytes = bytes[LeftLayout.Size..];
        return bytes.Length == TurnLayout.Size && TurnLayout.Mark(bytes) == RecordMark.TurnMark
            ? TurnLayout.Us(bytes) == 0 ? null : record.Time(TurnLayout.Us(bytes))
            : throw new FormatException("The record ends with no turn.");
    }

    private static ImmutableArray<HeldCounter> ReadCharged(RecordData data) =>
        [.. data.Counters.Select(counter => ToCounter(counter, Amount(counter.Amount ?? throw new FormatException("An amount is missing."))))];

    private static HeldCounter ToCounter(CounterData data, long amount) => new(
        new CounterRule(LimitJson.ReadBudget(data.Budget)),
        Present(data.ScopeId),
        amount,
        data.PeriodStart is { } seconds ? DateTime.UnixEpoch.AddTicks(seconds * TimeSpan.TicksPerSecond) : DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc));

    private static LimitDemand ToRateLimit(TakenRateLimitData data) => new(LimitJson.ReadRateLimit(data.RateLimit), Present(data.ScopeId), Amount(data.Need), Amount(data.Take));

    private static UInt128 ToFingerprint(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt128BigEndian(bytes);

    private static string Present(string? scopeId) => scopeId ?? throw new FormatException("A scope is missing.");

    private static long Amount(string digits) => long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
}
