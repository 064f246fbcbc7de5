using System.Data.Common;

namespace BudgetFirewall.Storage;

/// <summary>The texts of one entry that may name a person.</summary>
internal sealed class TextRow(DbDataReader reader)
{
    public long Key { get; } = reader.GetInt64(0);

    public long OperationScope { get; } = reader.GetInt64(4);

    public long Actor { get; } = reader.OptionalNumber(5) ?? 0;

    /// <summary>Those that are no JSON.</summary>
    public IReadOnlyList<string> Texts { get; } = [.. new[] { reader.OptionalText(2), reader.OptionalText(3) }.OfType<string>()];

    /// <summary>Those that are JSON.</summary>
    public IReadOnlyList<string> Contents { get; } = [.. new[] { reader.OptionalText(6), reader.OptionalText(7) }.OfType<string>()];
}
