using BudgetFirewall.Receipts;

namespace BudgetFirewall.Storage;

/// <summary>A personal value as a database keeps it.</summary>
/// <param name="Kind">The kind of the value.</param>
/// <param name="Id">The id of the scope; null for a text of the entry.</param>
/// <param name="Salt">The salt; null where the value was erased.</param>
/// <param name="Commitment">The hash that is in the leaf; null where the salt is there, of which it follows.</param>
internal sealed record StoredPersonalValue(string Kind, string? Id, string? Salt, string? Commitment)
{
    /// <summary>The value of an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <exception cref="FormatException">The salt or the hash is none, or there are both, or neither, or the entry does not have such a text.</exception>
    /// <exception cref="ArgumentException">The value is without its salt, and its id is not that of an erased one.</exception>
    public PersonalValue ToValue(LedgerEntry entry) => (Salt, Commitment) switch
    {
        ({ } text, null) when Base64Text.TryDecode(text, out var salt) => PersonalValue.Of(Kind, IdIn(entry), salt),
        (null, { } text) when MerkleHash.TryParse(text, out var commitment) => PersonalValue.Erased(Kind, IdIn(entry), commitment),
        _ => throw new FormatException("A personal value has a salt, or where it was erased a commitment."),
    };

    private string IdIn(LedgerEntry entry) => Id ?? PersonalField.Find(Kind)?.TextOf(entry) ?? throw new FormatException($"The entry does not have the text that the personal value {Kind} is about.");
}
