using System.Collections.Immutable;

namespace BudgetFirewall.Receipts;

/// <summary>
/// The bytes of an entry that its leaf is the hash of. Every field is in them, each with its number and its length; one that is absent or as usual is left out, so that the bytes of an entry stay the same when entries have
/// more fields one day. The numbers never change. Values of persons are not in them, but what stands for them: <see cref="PersonalValue"/>. Thread-safe.
/// </summary>
public static class CanonicalEntry
{
    private const string Title = "budgetfirewall.entry/1";
    private const int UsualSize = 1_024;

    /// <summary>
    /// The personal values of an entry, each with a new salt: the ids of some kinds of scopes, in the request and in the counters, and the texts that may name persons. These are the actor, the reason, what was before and
    /// after a change and the entry that is corrected; the operation's id and its scope are among them where they name a person of the entry.
    /// </summary>
    /// <param name="entry">The entry.</param>
    /// <param name="personalKinds">The kinds of scopes that belong to persons, as <c>user</c>.</param>
    public static ImmutableArray<PersonalValue> PersonalValuesOf(LedgerEntry entry, IReadOnlySet<string> personalKinds)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(personalKinds);
        var persons = ScopesOf(entry).Where(scope => personalKinds.Contains(scope.Kind)).ToList();
        var fields = PersonalField.All.Where(field => field.TextOf(entry) is { } text && (!field.IsIdentity || persons.Exists(person => PersonalText.Names(text, person.Kind, person.Id))));
        return [.. persons.Concat(fields.Select(field => (field.Kind, field.TextOf(entry)!))).Select(value => PersonalValue.New(value.Item1, value.Item2))];
    }

    /// <summary>The bytes of an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="personalValues">Its personal values. Those that the entry does not have change nothing.</param>
    /// <exception cref="ArgumentException">A value is given twice.</exception>
    public static byte[] BytesOf(LedgerEntry entry, IEnumerable<PersonalValue> personalValues)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(personalValues);
        using var writer = new CanonicalWriter(Title, UsualSize);
        Write(writer, entry, personalValues);
        return writer.Written.ToArray();
    }

    /// <summary>The leaf of an entry: the hash of its bytes.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="personalValues">Its personal values.</param>
    /// <exception cref="ArgumentException">A value is given twice.</exception>
    internal static MerkleHash LeafOf(LedgerEntry entry, IEnumerable<PersonalValue> personalValues)
    {
        using var writer = new CanonicalWriter(Title, UsualSize);
        Write(writer, entry, personalValues);
        return MerkleHash.OfLeaf(writer.Written);
    }

    private static void Write(CanonicalWriter writer, LedgerEntry entry, IEnumerable<PersonalValue> personalValues)
    {
        var commitments = personalValues.ToDictionary(value => (value.Kind, value.Id), value => value.Commitment);
        writer.Number(1, (long)entry.Kind);
        Text(writer, PersonalField.OperationId, entry, commitments);
        Text(writer, PersonalField.OperationScope, entry, commitments);
        writer.Text(4, entry.Partition);
        writer.Number(5, entry.TimeMicroseconds);
        foreach (var (kind, id) in entry.Scopes.OrderBy(scope => scope.Key, StringComparer.Ordinal))
            Scope(writer, 6, kind, id, commitments);
        writer.Text(7, entry.Operation);
        writer.Number(8, entry.AmountNanos, usual: 0);
        writer.Text(9, entry.Currency);
        Counters(writer, entry, commitments);
        foreach (var line in entry.Lines)
            Line(writer, line);
        writer.Number(12, entry.PriceVersion);
        if (entry.Usage is { } usage)
            Usage(writer, usage);
        writer.Number(14, entry.HeldNanos);
        writer.Number(15, entry.OverrunNanos, usual: 0);
        writer.Flag(16, entry.IsLate);
        writer.Flag(17, entry.IsCostUnknown);
        writer.Number(18, (long?)entry.Outcome);
        writer.Number(19, entry.Count, usual: 1);
        Text(writer, PersonalField.CorrectedEntryId, entry, commitments);
        Text(writer, PersonalField.Actor, entry, commitments);
        Text(writer, PersonalField.Reason, entry, commitments);
        Text(writer, PersonalField.Before, entry, commitments);
        Text(writer, PersonalField.After, entry, commitments);
        foreach (var field in PersonalField.All)
        {
            if (CommitmentOf(field, entry, commitments) is { } commitment)
                writer.Hash(field.CommitmentNumber, commitment);
        }
    }

    /// <summary>All scopes that an entry names, each once.</summary>
    internal static IEnumerable<(string Kind, string Id)> ScopesOf(LedgerEntry entry) =>
        entry.Scopes.Select(scope => (Kind: scope.Key, Id: scope.Value))
            .Concat(entry.Counters.Select(counter => (counter.Scope.Kind, counter.Scope.Id)))
            .Distinct();

    /// <summary>All that personal values of an entry may be about, by their kinds: the scopes that it names, and its texts that may name persons.</summary>
    internal static IEnumerable<(string Kind, string Id)> ValuesOf(LedgerEntry entry) =>
        ScopesOf(entry).Concat(PersonalField.All.Where(field => field.TextOf(entry) is not null).Select(field => (field.Kind, field.TextOf(entry)!)));

    private static MerkleHash? CommitmentOf(PersonalField field, LedgerEntry entry, Dictionary<(string Kind, string Id), MerkleHash> commitments) =>
        field.TextOf(entry) is { } text && commitments.TryGetValue((field.Kind, text), out var commitment) ? commitment : null;

    private static void Text(CanonicalWriter writer, PersonalField field, LedgerEntry entry, Dictionary<(string Kind, string Id), MerkleHash> commitments)
    {
        if (CommitmentOf(field, entry, commitments) is null)
            writer.Text(field.Number, field.TextOf(entry));
    }

    private static void Scope(CanonicalWriter writer, byte field, string kind, string id, Dictionary<(string Kind, string Id), MerkleHash> commitments)
    {
        var place = writer.Begin(field);
        writer.Text(1, kind);
        if (commitments.TryGetValue((kind, id), out var commitment))
            writer.Hash(3, commitment);
        else
            writer.Text(2, id);
        writer.End(place);
    }

    // Counters have no order of their own. Their bytes are sorted, which name no person.
    private static void Counters(CanonicalWriter writer, LedgerEntry entry, Dictionary<(string Kind, string Id), MerkleHash> commitments)
    {
        var places = new List<int>();
        foreach (var counter in entry.Counters)
        {
            places.Add(writer.Length);
            var place = writer.Begin(10);
            writer.Text(1, counter.Family);
            Scope(writer, 2, counter.Scope.Kind, counter.Scope.Id, commitments);
            writer.Number(3, counter.PeriodStart is { } start ? LedgerTime.Microseconds(start) : null);
            writer.Text(4, counter.Unit is "" ? null : counter.Unit);
            writer.Number(5, counter.Moved, usual: 0);
            writer.End(place);
        }
        writer.Sort(places);
    }

    private static void Line(CanonicalWriter writer, CostLine line)
    {
        var place = writer.Begin(11);
        writer.Text(1, line.Name);
        writer.Decimal(2, line.Quantity);
        writer.Decimal(3, line.UnitPrice);
        writer.Decimal(4, line.Amount);
        writer.End(place);
    }

    private static void Usage(CanonicalWriter writer, BudgetUsage usage)
    {
        var place = writer.Begin(13);
        writer.Number(1, usage.RequestBytes, usual: 0);
        writer.Number(2, usage.ResponseBytes, usual: 0);
        writer.Number(3, usage.InputTokens);
        writer.Number(4, usage.CachedInputTokens);
        writer.Number(5, usage.CacheWriteTokens);
        writer.Number(6, usage.CacheWriteOneHourTokens);
        writer.Number(7, usage.AudioInputTokens);
        writer.Number(8, usage.ImageInputTokens);
        writer.Number(9, usage.OutputTokens);
        writer.Number(10, usage.ReasoningTokens);
        writer.Number(11, usage.AudioOutputTokens);
        writer.Number(12, usage.ImageOutputTokens);
        writer.Text(13, usage.ServiceTier);
        foreach (var (name, amount) in (usage.Units ?? ImmutableDictionary<string, decimal>.Empty).OrderBy(unit => unit.Key, StringComparer.Ordinal))
        {
            var unit = writer.Begin(14);
            writer.Text(1, name);
            writer.Decimal(2, amount);
            writer.End(unit);
        }
        writer.End(place);
    }
}
