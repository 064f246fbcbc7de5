using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;

namespace BudgetFirewall.Receipts;

/// <summary>
/// A value of an entry that belongs to a person, as the id of a user, or a text that may name one, and what stands for it in the entry's leaf: a hash of the value and a random salt. When person and salt are erased the leaf
/// stays true, and nobody can find out from it who it was. Immutable.
/// </summary>
public sealed class PersonalValue
{
    /// <summary>The number of bytes of a salt.</summary>
    public const int SaltSize = 16;

    private const string Title = "budgetfirewall.personal/1";
    private const int UsualSize = 128;
    private const string ErasedStart = "(erased ";

    private PersonalValue(string kind, string id, ImmutableArray<byte> salt, MerkleHash commitment) => (Kind, Id, Salt, Commitment) = (kind, id, salt, commitment);

    /// <summary>The kind of scope, as <c>user</c>; for a text the name of the entry's member and an equals sign, as <c>reason=</c>.</summary>
    public string Kind { get; }

    /// <summary>The id of the scope, or the text. Where it was erased: <see cref="ErasedId"/>, or the text with that in the place of whom it named.</summary>
    public string Id { get; }

    /// <summary>The salt; no bytes where the value was erased.</summary>
    public ImmutableArray<byte> Salt { get; }

    /// <summary>The hash that is in the leaf.</summary>
    public MerkleHash Commitment { get; }

    /// <summary>True when the value and its salt are gone.</summary>
    public bool IsErased => Salt.IsEmpty;

    /// <summary>The field of an entry that it is the text of; null for the id of a scope.</summary>
    internal PersonalField? Field => PersonalField.Find(Kind);

    /// <summary>A value with a new salt.</summary>
    /// <param name="kind">The kind: <see cref="Kind"/>.</param>
    /// <param name="id">The id of the scope, or the text.</param>
    public static PersonalValue New(string kind, string id) => Of(kind, id, RandomNumberGenerator.GetBytes(SaltSize));

    /// <summary>A value with its salt.</summary>
    /// <param name="kind">The kind: <see cref="Kind"/>.</param>
    /// <param name="id">The id of the scope, or the text.</param>
    /// <param name="salt">The salt.</param>
    /// <exception cref="ArgumentException">The salt does not have <see cref="SaltSize"/> bytes.</exception>
    public static PersonalValue Of(string kind, string id, ReadOnlySpan<byte> salt)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(id);
        if (salt.Length != SaltSize)
            throw new ArgumentException($"A salt has {SaltSize} bytes, not {salt.Length}.", nameof(salt));
        using var writer = new CanonicalWriter(Title, UsualSize);
        writer.Bytes(1, salt);
        writer.Text(2, kind);
        writer.Text(3, id);
        return new(kind, id, [.. salt], MerkleHash.Of(writer.Written));
    }

    /// <summary>A value that was erased.</summary>
    /// <param name="kind">The kind: <see cref="Kind"/>.</param>
    /// <param name="erasedId">What stands in the place of the id: an <see cref="ErasedId"/>, or a text with one.</param>
    /// <param name="commitment">The hash that is in the leaf.</param>
    /// <exception cref="ArgumentException">The id does not say that it was erased, so that it would be taken for a person's.</exception>
    public static PersonalValue Erased(string kind, string erasedId, MerkleHash commitment)
    {
        ArgumentNullException.ThrowIfNull(kind);
        return IsErasedText(PersonalField.Find(kind), erasedId)
            ? new(kind, erasedId, [], commitment)
            : throw new ArgumentException("Without a salt nothing proves an id.", nameof(erasedId));
    }

    /// <summary>What stands in the place of an id that was erased: <c>(erased 17)</c>.</summary>
    /// <param name="number">A number by which erased ids are told apart.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public static string ErasedId(long number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        return string.Create(CultureInfo.InvariantCulture, $"{ErasedStart}{number})");
    }

    /// <summary>True for an <see cref="ErasedId"/>.</summary>
    /// <param name="id">The id.</param>
    public static bool IsErasedId(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return id.StartsWith(ErasedStart, StringComparison.Ordinal) && id.EndsWith(')')
            && long.TryParse(id[ErasedStart.Length..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && ErasedId(number) == id;
    }

    /// <summary>The numbers of all erased ids that a text has.</summary>
    internal static IEnumerable<long> ErasedNumbersIn(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        for (var place = text.IndexOf(ErasedStart, StringComparison.Ordinal); place >= 0; place = text.IndexOf(ErasedStart, place + 1, StringComparison.Ordinal))
        {
            var end = text.IndexOf(')', place);
            if (end >= 0 && IsErasedId(text[place..(end + 1)]))
                yield return long.Parse(text.AsSpan((place + ErasedStart.Length)..end), NumberStyles.None, CultureInfo.InvariantCulture);
        }
    }

    // The id of an entry names nobody: it follows from the operation's id, and changes with it.
    private static bool IsErasedText(PersonalField? field, string text)
    {
        if (field is null)
            return IsErasedId(text);
        return field == PersonalField.CorrectedEntryId ? LedgerEntryId.TryParse(text, out _) : ErasedNumbersIn(text).Any();
    }

    /// <summary>The same value without its salt.</summary>
    /// <param name="erasedId">What stands in the place of the id: an <see cref="ErasedId"/>, or a text with one.</param>
    /// <exception cref="ArgumentException">The id does not say that it was erased.</exception>
    public PersonalValue Erase(string erasedId) => Erased(Kind, erasedId, Commitment);
}
