using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>Writes the client's parts of an approval, and reads an approval back.</summary>
internal static class StoredApproval
{
    /// <summary>What is frozen when an approval is asked for.</summary>
    public static byte[] Frozen(in AskedCounter counter, BudgetRequest request) => JsonSerializer.SerializeToUtf8Bytes(
        new ApprovalData
        {
            Counter = new()
            {
                Budget = LimitJson.WriteElement(counter.Rule.Budget),
                ScopeId = counter.ScopeId,
                PeriodStart = counter.Rule.Family.Calendar.IsEndless ? null : (counter.PeriodStart.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond,
                Amount = Text(counter.Reading.Allowance),
            },
            Spent = Text(counter.Reading.Spent),
            Held = Text(counter.Reading.Held),
            Need = Text(counter.Need),
            Request = StoredRequest.Of(request),
        },
        RecordJsonContext.Default.ApprovalData);

    /// <summary>Who ends an approval, and why.</summary>
    public static byte[] End(DecideApprovalCall call) => JsonSerializer.SerializeToUtf8Bytes(new ApprovalEndData { By = call.By, Note = call.Note }, RecordJsonContext.Default.ApprovalEndData);

    /// <summary>The letter of a state in scripts.</summary>
    public static char LetterOf(ApprovalState state) => state switch
    {
        ApprovalState.Pending => ApprovalLetter.Pending,
        ApprovalState.Approved => ApprovalLetter.Approved,
        ApprovalState.Denied => ApprovalLetter.NotApproved,
        ApprovalState.Expired => ApprovalLetter.Expired,
        ApprovalState.Cancelled => ApprovalLetter.Cancelled,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "There is no such state."),
    };

    /// <summary>Reads an approval.</summary>
    /// <exception cref="BudgetStoreException">The value is none.</exception>
    public static ApprovalRecord Read(string id, byte[] value, RedisKey key)
    {
        try
        {
            return ReadParts(id, value, key);
        }
#pragma warning disable CA1031 // Whatever the parts of a foreign value make of each other, it is a foreign value.
        catch (Exception e) when (e is not BudgetStoreException)
#pragma warning restore CA1031
        {
            throw RedisFault.Corrupt(key, e);
        }
    }

    private static ApprovalRecord ReadParts(string id, byte[] value, RedisKey key)
    {
        var parts = Reply.OfPart(value, key);
        var head = parts.Take(ApprovalLayout.Size);
        var frozen = JsonSerializer.Deserialize(parts.Take(checked((int)ApprovalLayout.FrozenSize(head))), RecordJsonContext.Default.ApprovalData) ?? throw new JsonException("An approval is null.");
        var end = parts.Rest.IsEmpty ? null : JsonSerializer.Deserialize(parts.Rest, RecordJsonContext.Default.ApprovalEndData);
        var decidedUs = ApprovalLayout.DecidedUs(head);
        return new()
        {
            Id = id,
            State = StateOf((char)ApprovalLayout.State(head)[0]),
            Rule = new CounterRule(LimitJson.ReadBudget(frozen.Counter.Budget)),
            ScopeId = frozen.Counter.ScopeId,
            PeriodStart = frozen.Counter.PeriodStart is { } seconds
                ? DateTime.UnixEpoch.AddTicks(seconds * TimeSpan.TicksPerSecond)
                : DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc),
            Spent = Amount(frozen.Spent),
            Held = Amount(frozen.Held),
            Allowance = Amount(frozen.Counter.Amount ?? "0"),
            Need = Amount(frozen.Need),
            Request = frozen.Request.ToRequest(),
            RequestedAt = parts.Time(ApprovalLayout.AskedUs(head)),
            ExpiresAt = parts.Time(ApprovalLayout.ExpiresUs(head)),
            KeptUntil = parts.Time(ApprovalLayout.KeptUs(head)),
            DecidedAt = decidedUs == 0 ? null : parts.Time(decidedUs),
            Amount = parts.Amount(ApprovalLayout.Amount(head)),
            DecidedBy = end?.By,
            Note = end?.Note,
            Fingerprint = BinaryPrimitives.ReadUInt128BigEndian(ApprovalLayout.Fingerprint(head)),
        };
    }

    private static ApprovalState StateOf(char letter) => letter switch
    {
        ApprovalLetter.Pending => ApprovalState.Pending,
        ApprovalLetter.Approved => ApprovalState.Approved,
        ApprovalLetter.NotApproved => ApprovalState.Denied,
        ApprovalLetter.Expired => ApprovalState.Expired,
        ApprovalLetter.Cancelled => ApprovalState.Cancelled,
        _ => throw new FormatException($"There is no state '{letter}'."),
    };

    private static string Text(long amount) => amount.ToString(CultureInfo.InvariantCulture);

    private static long Amount(string digits) => long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
}
