using System.Buffers.Text;
using System.Text.Json;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>
/// The client's part of a record: fingerprint, cost and amounts, and behind them the rest as JSON, written piece by piece, since the budgets' pieces are always the same.
/// </summary>
internal static class RecordBody
{
    private static readonly byte[] EmptyHead = new byte[RecordHeadLayout.Size];

    /// <summary>A check of which only the id is noted has no record.</summary>
    public static byte[] OfNotedCheck(DecisionCall call) => call.BudgetCount == 0 ? EmptyHead : new byte[HeadSize(call)];

    /// <summary>A check's record is its head alone.</summary>
    public static byte[] OfCheck(DecisionCall call) => OfHead(call);

    /// <summary>The record of a reservation; its amounts are in the head.</summary>
    public static byte[] OfReservation(DecisionCall call, CallPeriods periods) => Write(call, periods, isReservation: true);

    /// <summary>The record of a spend or charge. Where the id was made up it has no body, as only this call itself can then be repeated.</summary>
    public static byte[] OfCharge(DecisionCall call, CallPeriods periods) =>
        call.Retention is null ? OfHead(call) : Write(call, periods, isReservation: false);

    /// <summary>The JSON of a record, and what the script has put behind it.</summary>
    public static RecordData Read(ReadOnlySpan<byte> body, out ReadOnlySpan<byte> rest)
    {
        rest = body;
        if (body.IsEmpty)
            return new();
        var reader = new Utf8JsonReader(body);
        var data = JsonSerializer.Deserialize(ref reader, RecordJsonContext.Default.RecordData) ?? throw new JsonException("A record is null.");
        rest = body[(int)reader.BytesConsumed..];
        return data;
    }

    private static byte[] Write(DecisionCall call, CallPeriods periods, bool isReservation)
    {
        var buffer = RecordBuffer.Empty();
        WriteHead(buffer.Bytes.GetSpan(HeadSize(call)), call);
        buffer.Bytes.Advance(HeadSize(call));
        var json = buffer.Json;
        json.WriteStartObject();
        // First, so that the script of a charge finds it.
        if (call.IsCostUnknown)
            json.WriteBoolean("u"u8, value: true);
        if (isReservation)
        {
            json.WritePropertyName("r"u8);
            JsonSerializer.Serialize(json, StoredRequest.Of(call.Request!), RecordJsonContext.Default.StoredRequest);
        }
        WriteCounters(json, call, periods, isReservation);
        var settled = call.Limits.Length - call.ThrottleCount;
        if (isReservation && settled > call.BudgetCount)
            WriteRateLimits(json, call, settled);
        json.WriteEndObject();
        json.Flush();
        return buffer.Bytes.WrittenSpan.ToArray();
    }

    private static byte[] OfHead(DecisionCall call)
    {
        var head = new byte[HeadSize(call)];
        WriteHead(head, call);
        return head;
    }

    private static int HeadSize(DecisionCall call) => RecordHeadLayout.Size + (AmountLayout.Size * call.BudgetCount);

    private static void WriteHead(Span<byte> head, DecisionCall call)
    {
        var packed = new PackedWriter(head);
        RecordHeadLayout.Write(ref packed, call.Fingerprint, call.CostNanos);
        for (var i = 0; i < call.BudgetCount; i++)
            packed.Amount(call.Limits[i].Take);
    }

    private static void WriteCounters(Utf8JsonWriter json, DecisionCall call, CallPeriods periods, bool isReservation)
    {
        json.WriteStartArray("c"u8);
        for (var i = 0; i < call.BudgetCount; i++)
        {
            var demand = call.Limits[i];
            var rule = (CounterRule)demand.Rule;
            var calendar = rule.Family.Calendar;
            json.WriteStartObject();
            json.WritePropertyName("b"u8);
            json.WriteRawValue(RuleWire.Of(rule).Json, skipInputValidation: true);
            json.WriteString("s"u8, demand.ScopeId);
            if (!calendar.IsEndless)
                json.WriteNumber("p"u8, (periods.At(calendar).Start.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond);
            if (!isReservation)
                WriteAmount(json, "a"u8, demand.Take);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    // The queues of throttled budgets are left out: nothing settles what was taken from them.
    private static void WriteRateLimits(Utf8JsonWriter json, DecisionCall call, int end)
    {
        json.WriteStartArray("k"u8);
        for (var i = call.BudgetCount; i < end; i++)
        {
            var demand = call.Limits[i];
            json.WriteStartObject();
            json.WritePropertyName("l"u8);
            json.WriteRawValue(RuleWire.Of((RateLimitRule)demand.Rule).Json, skipInputValidation: true);
            json.WriteString("s"u8, demand.ScopeId);
            WriteAmount(json, "n"u8, demand.Need);
            WriteAmount(json, "t"u8, demand.Take);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    // Strings, because JSON numbers are doubles to half the world.
    private static void WriteAmount(Utf8JsonWriter json, ReadOnlySpan<byte> name, long amount)
    {
        Span<byte> digits = stackalloc byte[20];
        _ = Utf8Formatter.TryFormat(amount, digits, out var length);
        json.WriteString(name, digits[..length]);
    }
}
