using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace BudgetFirewall.Receipts;

/// <summary>Writes receipts as JSON and reads them.</summary>
internal static class ReceiptText
{
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.ffffffZ";
    private const long NanosPerUnit = 1_000_000_000;
    private const long MicrosPerUnit = 1_000_000;

    public static byte[] Write(LedgerReceipt receipt) => JsonSerializer.SerializeToUtf8Bytes(
        new()
        {
            Entry = EntryOf(receipt.Entry, receipt.PersonalValues),
            LeafIndex = receipt.LeafIndex,
            TreeSize = receipt.TreeSize,
            Proof = [.. receipt.Proof.Select(hash => hash.ToString())],
            Checkpoint = receipt.Checkpoint.Text,
        },
        ReceiptJsonContext.Default.ReceiptJson);

    /// <exception cref="FormatException">The bytes are no receipt.</exception>
    public static LedgerReceipt Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var receipt = JsonSerializer.Deserialize(json, ReceiptJsonContext.Default.ReceiptJson) ?? throw new FormatException("There is nothing in it.");
            var entry = EntryOf(receipt.Entry);
            return new()
            {
                Entry = entry,
                PersonalValues = [.. Each(receipt.Entry.PersonalValues).Select(value => PersonalOf(value, entry))],
                LeafIndex = receipt.LeafIndex,
                TreeSize = receipt.TreeSize,
                Proof = [.. receipt.Proof.Select(HashOf)],
                Checkpoint = LedgerCheckpoint.Parse(receipt.Checkpoint),
            };
        }
        catch (Exception e) when (e is JsonException or ArgumentException or FormatException or OverflowException)
        {
            throw new FormatException($"This is no receipt: {e.Message}", e);
        }
    }

    private static ReceiptJson.EntryJson EntryOf(LedgerEntry entry, ImmutableArray<PersonalValue> personalValues) => new()
    {
        EntryId = entry.Id,
        Time = TimeOf(entry.Time),
        Kind = NameOf(entry.Kind),
        OperationId = entry.OperationId,
        OperationScope = entry.OperationScope,
        Partition = entry.Partition,
        Amount = Text(entry.AmountNanos, NanosPerUnit),
        Currency = entry.Currency,
        Provider = entry.Provider,
        Model = entry.Model,
        Operation = entry.Operation,
        UserId = entry.UserId,
        ProjectId = entry.ProjectId,
        Dimensions = Filled(entry.Scopes.Where(scope => !IsNamed(scope.Key)).OrderBy(scope => scope.Key, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal)),
        Lines = Filled(entry.Lines.Select(LineOf).ToList()),
        PriceVersion = entry.PriceVersion,
        Usage = entry.Usage is { } usage ? ReceiptUsage.Of(usage) : null,
        Counters = Filled(entry.Counters.Select(CounterOf).ToList()),
        Held = entry.HeldNanos is { } held ? Text(held, NanosPerUnit) : null,
        Overrun = entry.OverrunNanos == 0 ? null : Text(entry.OverrunNanos, NanosPerUnit),
        IsLate = entry.IsLate,
        IsCostUnknown = entry.IsCostUnknown,
        Outcome = entry.Outcome is { } outcome ? NameOf(outcome) : null,
        Count = entry.Count == 1 ? null : entry.Count,
        CorrectedEntryId = entry.CorrectedEntryId,
        Actor = entry.Actor,
        Reason = entry.Reason,
        Before = entry.Before,
        After = entry.After,
        PersonalValues = Filled(personalValues.Select(PersonalOf).ToList()),
    };

    private static LedgerEntry EntryOf(ReceiptJson.EntryJson json)
    {
        var entry = new LedgerEntry
        {
            Kind = MemberOf<LedgerEntryKind>(json.Kind),
            OperationId = json.OperationId,
            OperationScope = json.OperationScope,
            Partition = json.Partition,
            Time = TimeOf(json.Time),
            Scopes = ScopesOf(json),
            Operation = json.Operation,
            AmountNanos = Number(json.Amount, NanosPerUnit),
            Currency = json.Currency,
            Counters = [.. Each(json.Counters).Select(CounterOf)],
            Lines = [.. Each(json.Lines).Select(line => new CostLine(line.Name, Decimal(line.Quantity), Decimal(line.UnitPrice), Decimal(line.Amount)))],
            PriceVersion = json.PriceVersion,
            Usage = json.Usage is { } usage ? ReceiptUsage.Read(usage) : null,
            HeldNanos = json.Held is { } held ? Number(held, NanosPerUnit) : null,
            OverrunNanos = json.Overrun is { } overrun ? Number(overrun, NanosPerUnit) : 0,
            IsLate = json.IsLate,
            IsCostUnknown = json.IsCostUnknown,
            Outcome = json.Outcome is { } outcome ? MemberOf<DecisionOutcome>(outcome) : null,
            Count = json.Count ?? 1,
            CorrectedEntryId = json.CorrectedEntryId,
            Actor = json.Actor,
            Reason = json.Reason,
            Before = json.Before,
            After = json.After,
        };
        return entry.Id == json.EntryId ? entry : throw new FormatException($"The id {json.EntryId} is not that of this entry, which is {entry.Id}.");
    }

    private static bool IsNamed(string kind) => kind is LedgerScopes.Provider or LedgerScopes.Model or LedgerScopes.User or LedgerScopes.Project;

    private static Dictionary<string, string> ScopesOf(ReceiptJson.EntryJson json)
    {
        var scopes = new Dictionary<string, string>(json.Dimensions ?? [], StringComparer.Ordinal);
        foreach (var (kind, id) in new[] { (LedgerScopes.Provider, json.Provider), (LedgerScopes.Model, json.Model), (LedgerScopes.User, json.UserId), (LedgerScopes.Project, json.ProjectId) })
        {
            if (id is not null && !scopes.TryAdd(kind, id))
                throw new FormatException($"The entry has two ids of the kind {kind}.");
        }
        return scopes.ContainsValue(null!) ? throw new FormatException("A dimension of the entry has no id.") : scopes;
    }

    private static ReceiptJson.LineJson LineOf(CostLine line) => new() { Name = line.Name, Quantity = Text(line.Quantity), UnitPrice = Text(line.UnitPrice), Amount = Text(line.Amount) };

    private static ReceiptJson.CounterJson CounterOf(LedgerCounter counter) => new()
    {
        Family = counter.Family,
        Scope = counter.Scope.ToString(),
        PeriodStart = counter.PeriodStart is { } start ? TimeOf(start) : null,
        Unit = HasUnit(counter) ? counter.Unit : null,
        Amount = Text(counter.Moved, HasUnit(counter) ? MicrosPerUnit : NanosPerUnit),
    };

    // The bytes of an entry say the same of a unit without a name and of none, which have other scales.
    private static bool HasUnit(LedgerCounter counter) => counter.Unit is not (null or "");

    private static LedgerCounter CounterOf(ReceiptJson.CounterJson json) => json.Unit is ""
        ? throw new FormatException("The unit of a counter has a name, or is left out.")
        : new(json.Family, BudgetScope.Parse(json.Scope), json.PeriodStart is { } start ? TimeOf(start) : null, json.Unit, Number(json.Amount, json.Unit is null ? NanosPerUnit : MicrosPerUnit));

    private static ReceiptJson.PersonalJson PersonalOf(PersonalValue value) => new()
    {
        Kind = value.Kind,
        // A text is in the entry already, and may be long.
        Id = value.Field is null ? value.Id : null,
        Salt = value.IsErased ? null : Convert.ToBase64String(value.Salt.AsSpan()),
        Commitment = value.IsErased ? value.Commitment.ToString() : null,
    };

    private static PersonalValue PersonalOf(ReceiptJson.PersonalJson json, LedgerEntry entry) => (json.Salt, json.Commitment) switch
    {
        ({ } salt, null) when Base64Text.TryDecode(salt, out var bytes) => PersonalValue.Of(json.Kind, IdOf(json, entry), bytes),
        (null, { } commitment) => PersonalValue.Erased(json.Kind, IdOf(json, entry), HashOf(commitment)),
        _ => throw new FormatException("A personal value has either a salt or a commitment."),
    };

    private static string IdOf(ReceiptJson.PersonalJson json, LedgerEntry entry) => (json.Id, PersonalField.Find(json.Kind)?.TextOf(entry)) switch
    {
        ({ } id, null) when PersonalField.Find(json.Kind) is null => id,
        (null, { } text) => text,
        _ => throw new FormatException($"The personal value {json.Kind} has an id where it is that of a scope, and else its text is in the entry."),
    };

    private static MerkleHash HashOf(string text) => MerkleHash.TryParse(text, out var hash) ? hash : throw new FormatException("A hash has 32 bytes in base64.");

    private static string TimeOf(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static DateTimeOffset TimeOf(string text) =>
        DateTimeOffset.ParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    private static string NameOf<TEnum>(TEnum value) where TEnum : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static TEnum MemberOf<TEnum>(string name) where TEnum : struct, Enum
    {
        foreach (var value in Enum.GetValues<TEnum>())
        {
            if (NameOf(value) == name)
                return value;
        }
        throw new FormatException($"There is no {typeof(TEnum).Name} of the name {name}.");
    }

    internal static string Text(decimal value) => (value == 0 ? 0m : value).ToString("0.############################", CultureInfo.InvariantCulture);

    private static string Text(long value, long parts) => Text(value / (decimal)parts);

    internal static decimal Decimal(string text)
    {
        var value = decimal.Parse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return Text(value) == text ? value : throw new FormatException($"The number {text} is written as {Text(value)} in a receipt.");
    }

    private static long Number(string text, long parts)
    {
        var value = Decimal(text) * parts;
        return value == decimal.Truncate(value) ? decimal.ToInt64(value) : throw new FormatException($"{text} has more digits than an amount may have.");
    }

    private static IEnumerable<T> Each<T>(List<T>? list) where T : class => (list ?? []).Select(item => item ?? throw new FormatException("Something in a list is null."));

    private static List<T>? Filled<T>(List<T> list) => list.Count == 0 ? null : list;

    private static Dictionary<string, string>? Filled(Dictionary<string, string> map) => map.Count == 0 ? null : map;
}
